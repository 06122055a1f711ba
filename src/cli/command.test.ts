import { describe, expect, test } from "bun:test";
import { Option } from "commander";
import { OperationError } from "../lib/errors.ts";
import { CliCommand } from "./command.ts";
import { execute } from "./execute.ts";
import { FakeRuntime } from "./fake-runtime.ts";
import { port } from "./parsers.ts";

/** Runs `tool` with one command, `serve`, and gives what it was called with. */
async function run(args: string[], env: Record<string, string> = {}) {
  const runtime = new FakeRuntime(env);
  const program = new CliCommand("tool", runtime);
  const calls: Array<{ options: Record<string, unknown>; args: string[] }> = [];
  program
    .command("serve")
    .description("one server")
    .argument("[room]", "the room")
    .addOption(new Option("--port <number>", "where to listen").argParser(port).default(8080))
    .addOption(new Option("--quiet", "say less"))
    .addOption(new Option("--no-color", "without colour"))
    .examples("tool serve --port 0")
    .runs(async (options: Record<string, unknown>, given) => {
      calls.push({ options, args: given });
      if (given[0] === "full") throw new OperationError("the room is full");
      return given[0] === "odd" ? 7 : 0;
    });
  const exitCode = await withEnvironment(env, () => execute(program, args, runtime));
  return { exitCode, ...runtime.written, options: calls[0]?.options, args: calls[0]?.args };
}

/** Commander itself reads the variables of options with values from the process. */
async function withEnvironment<T>(env: Record<string, string>, action: () => Promise<T>): Promise<T> {
  Object.assign(process.env, env);
  try {
    return await action();
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
}

describe("an option's value", () => {
  test("is the default when nothing else is said", async () => {
    expect((await run(["serve"])).options).toEqual({ port: 8080, color: true });
  });

  test("comes from the variable before the default", async () => {
    expect((await run(["serve"], { SCALE_CHAT_PORT: "9000" })).options).toMatchObject({ port: 9000 });
  });

  test("comes from the flag before the variable", async () => {
    const { options } = await run(["serve", "--port", "1"], { SCALE_CHAT_PORT: "9000" });
    expect(options).toMatchObject({ port: 1 });
  });

  test("is refused with what is allowed, wherever it came from", async () => {
    const flag = await run(["serve", "--port", "99999"]);
    expect(flag.exitCode).toBe(2);
    expect(flag.stderr).toContain("--port");
    expect(flag.stderr).toContain("Not a port: a whole number from 0 to 65535.");
    const variable = await run(["serve"], { SCALE_CHAT_PORT: "many" });
    expect(variable.exitCode).toBe(2);
    expect(variable.stderr).toContain("SCALE_CHAT_PORT");
    expect(variable.stderr).toContain("from 0 to 65535");
  });
});

describe("a switch's variable", () => {
  test.each(["1", "true", "YES", "on"])("%s turns it on", async (text) => {
    expect((await run(["serve"], { SCALE_CHAT_QUIET: text })).options).toMatchObject({ quiet: true });
  });

  test.each(["0", "false", "No", "off", ""])("%p turns it off", async (text) => {
    expect((await run(["serve"], { SCALE_CHAT_QUIET: text })).options).toMatchObject({ quiet: false });
  });

  test("of --no-color is named as it is, and means what its name says", async () => {
    expect((await run(["serve"], { SCALE_CHAT_NO_COLOR: "1" })).options).toMatchObject({ color: false });
    expect((await run(["serve"], { SCALE_CHAT_NO_COLOR: "0" })).options).toMatchObject({ color: true });
    const { options } = await run(["serve", "--no-color"], { SCALE_CHAT_NO_COLOR: "0" });
    expect(options).toMatchObject({ color: false });
  });

  test("loses to the flag", async () => {
    const { options } = await run(["serve", "--quiet"], { SCALE_CHAT_QUIET: "0" });
    expect(options).toMatchObject({ quiet: true });
  });

  test.each(["SCALE_CHAT_QUIET", "SCALE_CHAT_NO_COLOR"])("%s is refused when it is neither", async (name) => {
    const { exitCode, stderr } = await run(["serve"], { [name]: "perhaps" });
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `scale-chat: ${name}=perhaps: not a switch; try 1, true, yes, on, 0, false, no or off\n`,
    );
  });
});

describe("a bad call ends with code 2 and one line", () => {
  const calls: Array<[string[], string]> = [
    [["serve", "--prot", "1"], "unknown option '--prot'; allowed here: --port --quiet --no-color --help"],
    [["serv"], "unknown command 'serv'; the commands are: serve"],
    [["serve", "a", "b"], "usage: tool serve [options] [room]"],
    [["serve", "--port"], "option '--port <number>' argument missing"],
    [["serve", "--pr\u001b[2Jt"], "unknown option '--pr[2Jt'"],
  ];
  test.each(calls)("%p", async (args, text) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toStartWith("scale-chat: ");
    expect(stderr).toContain(text);
    expect(stderr).toEndWith("\n");
    expect(stderr.trimEnd()).not.toContain("\n");
  });
});

test("a variable that no option has is told of, with the one that was meant", async () => {
  const { exitCode, stderr, options } = await run(["serve"], {
    SCALE_CHAT_PROT: "9000",
    SCALE_CHAT_QUIET: "1",
  });
  expect([exitCode, options]).toEqual([0, { port: 8080, color: true, quiet: true }]);
  expect(stderr).toBe(
    "scale-chat: SCALE_CHAT_PROT: no option has this variable, and it is ignored; did you mean SCALE_CHAT_PORT?\n",
  );
});

describe("an action", () => {
  test("gets its arguments, and its answer is the exit code", async () => {
    const { exitCode, args } = await run(["serve", "odd"]);
    expect(args).toEqual(["odd"]);
    expect(exitCode).toBe(7);
  });

  test("that fails for a known reason ends with that reason's code", async () => {
    const { exitCode, stderr } = await run(["serve", "full"]);
    expect(exitCode).toBe(1);
    expect(stderr).toBe("scale-chat: the room is full\n");
  });
});

test("help goes to stdout, with the defaults and the examples, and is no failure", async () => {
  const { exitCode, stdout, stderr } = await run(["serve", "--help"]);
  expect(exitCode).toBe(0);
  expect(stderr).toBe("");
  expect(stdout).toContain("where to listen (default: 8080)");
  expect(stdout).toContain("Examples:\n  $ tool serve --port 0");
});
