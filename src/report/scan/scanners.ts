import type { Subprocess } from "bun";
import { Irregular } from "../aggregate/irregular.ts";
import type { ScanAnswer, ScannerFrame, ScanOrder } from "./frames.ts";

/** How a process that scans is started, and how many may run at a time, this one included. */
export interface ScannerProgram {
  command: readonly string[];
  env: Record<string, string | undefined>;
  processes: number;
}

/** Who scans parts of a file beside this process. */
export interface Scanners {
  /** Parts that are scanned at a time, that of this process included. */
  readonly limit: number;
  /** Rejects with `Irregular` when the part cannot be scanned there, for whatever reason: it may be read here. */
  scan(order: ScanOrder): Promise<ScanAnswer>;
  /** Ends at once whatever still scans. */
  close(): Promise<void>;
}

/** Nobody does. */
export const noScanners: Scanners = {
  limit: 1,
  scan: () => Promise.reject(new Irregular("there are no other scanners")),
  close: async () => {},
};

/** Processes of this program, one for each part; none of them outlives `close`, or this process. */
export class ScannerProcesses implements Scanners {
  readonly limit: number;
  private readonly running: Subprocess[] = [];

  constructor(private readonly program: ScannerProgram) {
    this.limit = program.processes;
  }

  scan(order: ScanOrder): Promise<ScanAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<ScanAnswer>();
    const { command, env } = this.program;
    const child = Bun.spawn([...command], {
      env,
      stdio: ["ignore", "ignore", "ignore"],
      serialization: "advanced",
      ipc: (frame: ScannerFrame) => {
        if (frame.type === "ready") child.send(order);
        else if (frame.type === "answer") resolve(frame.answer);
        else reject(new Irregular("another process found rows that cannot be scanned"));
      },
      onExit: () => reject(new Irregular("a scanner has ended early")),
    });
    this.running.push(child);
    return promise;
  }

  async close(): Promise<void> {
    for (const child of this.running) child.kill("SIGKILL");
    await Promise.all(this.running.map((child) => child.exited));
  }
}
