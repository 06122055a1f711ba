import { loadavg } from "node:os";
import manifest from "../../../package.json" with { type: "json" };
import { formatBytes } from "../../../src/lib/format.ts";
import { describeHost } from "../../../src/lib/host/describe.ts";
import { readHost } from "../../../src/lib/host/host.ts";

/** Load average of a minute, for each core: above this somebody else is at work. */
const QUIET = 0.2;
const DEBIAN_PACKAGES = ["nginx", "libnginx-mod-nchan", "nats-server", "redis-server"];
const NPM_PACKAGES = ["ws", "socket.io", "@socket.io/redis-adapter", "@duckdb/node-api"] as const;

/** What the figures are measured on, a sentence or two each. To be asked before anything is started. */
export function describeMachine(program: string): string[] {
  const host = readHost();
  const [load] = loadavg() as [number];
  const npm = NPM_PACKAGES.map((name) => `${name} ${manifest.devDependencies[name]}`);
  return [
    `${host.cpu}, ${host.os}; ${describeHost(host)}, of it ${formatBytes(host.memory.available)} free.`,
    `Load average before: ${load.toFixed(2)}. ${load < QUIET * host.cores ? "Nothing else ran." : SHARED}`,
    `${said([program, "--version"])}; Bun ${Bun.version}; Node ${said(["node", "--version"])}; npm's ` +
      `${npm.join(", ")}; Debian's ${DEBIAN_PACKAGES.map(packageVersion).join(", ")}.`,
  ];
}

const SHARED =
  "**Other work shared the cores**: every rate and latency here is worse than on a machine that is left alone, and " +
  "differs from run to run; only what stands side by side compares.";

function packageVersion(name: string): string {
  return `${name} ${said(["dpkg-query", "-W", "-f", `\${Version}`, name])}`;
}

/** The first line that a command prints; "–" where it is not there. */
function said(command: [string, ...string[]]): string {
  if (Bun.which(command[0]) === null) return "–";
  const { stdout } = Bun.spawnSync(command, { stderr: "ignore" });
  return stdout.toString().split("\n")[0]!.trim() || "–";
}
