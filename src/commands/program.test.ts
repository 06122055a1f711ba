import { describe, expect, test } from "bun:test";
import manifest from "../../package.json" with { type: "json" };
import { execute } from "../cli/execute.ts";
import { FakeRuntime } from "../cli/fake-runtime.ts";
import { buildProgram } from "./program.ts";

async function run(...args: string[]) {
  const runtime = new FakeRuntime();
  const exitCode = await execute(buildProgram(runtime), args, runtime);
  return { exitCode, ...runtime.written };
}

test("--version says the version and the commit", async () => {
  expect(await run("--version")).toEqual({
    exitCode: 0,
    stdout: `scale-chat ${manifest.version} (source)\n`,
    stderr: "",
  });
});

test("an unknown command names those there are", async () => {
  const { exitCode, stderr } = await run("chatt");
  expect(exitCode).toBe(2);
  for (const command of buildProgram(new FakeRuntime()).commands) expect(stderr).toContain(command.name());
});

describe("every command", () => {
  test.each(buildProgram(new FakeRuntime()).commands.map((command) => command.name()))(
    "%s has a help with its usage, and refuses an unknown option",
    async (name) => {
      const help = await run(name, "--help");
      expect(help).toMatchObject({ exitCode: 0, stderr: "" });
      expect(help.stdout).toStartWith(`Usage: scale-chat ${name}`);
      const refused = await run(name, "--no-such-option");
      expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
      expect(refused.stderr).toContain("unknown option '--no-such-option'; allowed here:");
    },
  );
});
