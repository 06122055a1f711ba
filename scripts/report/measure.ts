import { readdirSync, readFileSync } from "node:fs";

export interface Measured {
  stdout: string;
  seconds: number;
  /** Of processors, by all its processes. */
  cpuSeconds: number;
  /** The most that its processes held together at any time: the sum of their resident sets, pages they share included in each. */
  peakBytes: number;
}

/** Often enough for a program that takes a second. */
const LOOK_EVERY_MS = 10;

/** Runs a program to its end. Throws when it fails. */
export async function measure(command: readonly string[]): Promise<Measured> {
  const started = performance.now();
  const child = Bun.spawn([...command], { stdout: "pipe", stderr: "inherit" });
  let peakBytes = 0;
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, residentBytes(child.pid));
  }, LOOK_EVERY_MS);
  const [stdout, exitCode] = await Promise.all([child.stdout.text(), child.exited]);
  const seconds = (performance.now() - started) / 1000;
  clearInterval(timer);
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: exit code ${exitCode}`);
  const used = child.resourceUsage();
  const cpuSeconds = Number(used?.cpuTime.total ?? 0) / 1_000_000;
  return { stdout, seconds, cpuSeconds, peakBytes: Math.max(peakBytes, used?.maxRSS ?? 0) };
}

/** Of a process and its children, all of them, now. */
function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const own = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
    const threads = readdirSync(`/proc/${pid}/task`);
    const children = threads.flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
    return children.reduce((sum, child) => sum + residentBytes(Number(child)), own);
  } catch {
    return 0; // It has ended meanwhile.
  }
}
