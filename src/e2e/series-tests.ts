import { afterAll, beforeAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningServer, startServer } from "./harness.ts";

/**
 * For the tests of a file about series of load tests: a server, and a directory for what is written. `option` is what
 * makes it a series, `usual` what each is asked for besides.
 */
export function seriesTests(option: "--sweep" | "--find-limit", usual: readonly string[]) {
  const root = mkdtempSync(join(tmpdir(), "scale-chat-series-"));
  let server: RunningServer;
  let count = 0;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(root, { recursive: true });
  });
  return {
    root,
    server: () => server,
    /** The arguments of a series of tests of 300 ms, and the directory that it is to make. */
    series(value: string, ...more: string[]): { args: string[]; out: string } {
      const out = join(root, `${++count}`);
      const target = more.includes("--url") ? [] : ["--url", `ws://127.0.0.1:${server.port}`];
      const short = ["--duration", "300ms", "--ramp", "20ms", ...usual];
      return { args: ["loadtest", ...target, ...short, "--out", out, option, value, ...more], out };
    },
  };
}
