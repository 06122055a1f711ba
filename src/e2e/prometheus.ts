import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../broker/redis/test-redis-process.ts";
import { until } from "./harness.ts";

export const DEPLOY = join(import.meta.dir, "../../deploy");
/** Prometheus takes over what it has discovered every 5 s, whatever `refresh_interval` says. */
export const DISCOVERED_MS = 40_000;

/** Its programs; both `null` where Debian's package is not installed. */
export const tools = { prometheus: Bun.which("prometheus"), promtool: Bun.which("promtool") };
export const hasPrometheus = !Object.values(tools).includes(null);
for (const [name, path] of Object.entries(tools)) {
  if (path === null && process.env.CI === "true") throw new Error(`${name} is not installed`);
}

/** Of a target, as Prometheus shows them. */
export interface Labels {
  server_id: string;
  kind: string;
  job: string;
  instance: string;
}

/** One series of an answer: its labels, and a value in digits. */
export interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

/** A real Prometheus with `deploy/prometheus.yml`, which asks the balancer whose admin port is at `adminUrl`. */
export async function startPrometheus(
  adminUrl: string,
  changes: ReadonlyArray<readonly [string, string]> = [],
) {
  const folder = mkdtempSync(join(tmpdir(), "scale-chat-prometheus-"));
  const port = freePort();
  let config = await Bun.file(join(DEPLOY, "prometheus.yml")).text();
  const here = [
    ["127.0.0.1:3001", new URL(adminUrl).host],
    ["refresh_interval: 5s", "refresh_interval: 1s"],
  ] as const;
  for (const [ours, theirs] of [...here, ...changes]) {
    if (!config.includes(ours)) throw new Error(`deploy/prometheus.yml has no ${ours}`);
    config = config.replaceAll(ours, theirs);
  }
  const file = join(folder, "prometheus.yml");
  writeFileSync(file, config);
  copyFileSync(join(DEPLOY, "alerts.yml"), join(folder, "alerts.yml"));
  const child = Bun.spawn(
    [
      ...[tools.prometheus!, `--config.file=${file}`, `--storage.tsdb.path=${join(folder, "data")}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, "--log.level=warn"],
    ],
    { stdout: "inherit", stderr: "inherit", stdin: "ignore" },
  );
  /** `null` while it is still starting. */
  const api = async <Data>(path: string): Promise<Data | null> => {
    if (child.exitCode !== null) throw new Error(`prometheus ended with code ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`).catch(() => null);
    if (answer === null || answer.status === 503) return null;
    const { data, error } = (await answer.json()) as { data: Data; error?: string };
    if (error !== undefined) throw new Error(`Prometheus says of ${decodeURIComponent(path)}: ${error}`);
    return data;
  };
  return {
    async stop(): Promise<void> {
      child.kill("SIGKILL");
      await child.exited;
      rmSync(folder, { recursive: true });
    },
    /** The servers that it scrapes, sorted by their ids. */
    async servers(): Promise<Labels[]> {
      const data = await api<{ activeTargets: { labels: Labels }[] }>("targets?state=active");
      const labels = data?.activeTargets.map((target) => target.labels) ?? [];
      return labels
        .filter(({ job }) => job === "scale-chat")
        .sort((a, b) => (a.server_id < b.server_id ? -1 : 1));
    },
    /** What an expression is now. */
    async query(expression: string): Promise<Sample[]> {
      const data = await api<{ result: Sample[] }>(`query?query=${encodeURIComponent(expression)}`);
      return data?.result ?? [];
    },
    /** Waits until it knows these servers and no other. */
    async knows(ids: readonly string[]): Promise<void> {
      const wanted = JSON.stringify([...ids].sort());
      const isThere = async () =>
        JSON.stringify((await this.servers()).map(({ server_id }) => server_id)) === wanted;
      await until(isThere, `Prometheus to know ${wanted} and no other`, DISCOVERED_MS);
    },
  };
}

export type Prometheus = Awaited<ReturnType<typeof startPrometheus>>;
