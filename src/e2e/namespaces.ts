import { readFileSync } from "node:fs";

const NAMESPACES = ["--pid", "--fork", "--mount", "--cgroup", "--uts", "--ipc", "--net", "--kill-child"];

/** Why no process can be given a system of its own here, or `null`. */
export function whyNoNamespaces(): string | null {
  if (process.getuid?.() !== 0) return "only root can";
  if (Bun.which("unshare") === null) return "unshare is not installed";
  const tried = Bun.spawnSync(["unshare", ...NAMESPACES, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
  return tried.success ? null : "this system allows no namespaces of its own";
}

/** The command line that runs a shell script as process 1 of a system of its own; what changes there is gone with it. */
export function isolated(script: string): string[] {
  return ["unshare", ...NAMESPACES, "sh", "-c", script];
}

/** Process 1 in there, by its number out here; `null` until it has begun. */
export function initOf(unshare: number): number | null {
  const [init] = readFileSync(`/proc/${unshare}/task/${unshare}/children`, "utf8").split(" ");
  return init ? Number(init) : null;
}

/** Runs a command in there, to its end. */
export function runIn(init: number, command: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    ["nsenter", `--target=${init}`, "--all", "--root", "--wd", "--", ...command],
    { env: { PATH: process.env.PATH! }, stdin: "ignore" },
  );
  return { exitCode, stdout: stdout.toString().trim(), stderr: stderr.toString().trim() };
}
