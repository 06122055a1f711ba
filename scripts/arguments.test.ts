import { expect, test } from "bun:test";
import { join } from "node:path";

/** Calls a script, which is to end before it does anything. */
function call(script: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync([
    process.execPath,
    join(import.meta.dir, script),
    ...args,
  ]);
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

test.each([
  ["fuzzing/main.ts", "usage: scripts/fuzz [--cases 1000000] [--seed "],
  ["simulation/main.ts", "usage: scripts/simulate [--servers 1000] "],
  ["limited/main.ts", "usage: scripts/experiment [--tests 1,2,3,4] "],
])("%s --help shows its options", (script, usage) => {
  expect(call(script, "--help")).toEqual({ exitCode: 0, stdout: expect.stringContaining(usage), stderr: "" });
});

test("an option that there is not is one line, with those that there are", () => {
  const { exitCode, stdout, stderr } = call("fuzzing/main.ts", "--case", "5");
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^fuzz: .*'--case'.*; usage: scripts\/fuzz .*\[--only VALUE\]\n$/);
});
