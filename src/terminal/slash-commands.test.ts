import { describe, expect, test } from "bun:test";
import { type ChatActions, type Input, parseInput, slashCommands } from "./slash-commands.ts";

/** What a typed line does: the calls it makes, or the words it answers with. */
function effectOf(line: string): string[] {
  const calls: string[] = [];
  const record = (name: string) => (argument?: string) => {
    calls.push(argument === undefined ? name : `${name} ${argument}`);
  };
  const actions: ChatActions = {
    say: record("say"),
    rename: record("rename"),
    join: record("join"),
    who: record("who"),
    toggleQuiet: record("toggleQuiet"),
    toggleTimestamps: record("toggleTimestamps"),
    leave: record("leave"),
  };
  const input: Input = parseInput(line);
  if (input.type === "command") input.command.run(actions, input.argument);
  else if (input.type === "message") calls.push(`send ${input.text}`);
  else if (input.type === "mistake") calls.push(`mistake ${input.problem}`);
  return calls;
}

describe("a typed line", () => {
  const cases: Array<[line: string, effect: string[]]> = [
    ["", []],
    ["   ", []],
    ["hello", ["send hello"]],
    ["  /quit", ["send   /quit"]],
    ["//quit", ["send /quit"]],
    ["/quit", ["leave"]],
    ["/QUIT ", ["leave"]],
    ["/nick  ann lee ", ["rename ann lee"]],
    ["/join a/b", ["join a/b"]],
    ["/who", ["who"]],
    ["/quiet", ["toggleQuiet"]],
    ["/timestamps", ["toggleTimestamps"]],
    ["/nick", ["mistake usage: /nick <name>"]],
    ["/who me", ["mistake /who takes nothing after it"]],
    ["/join .", ["mistake /join <room>: a room cannot be named . or .."]],
  ];
  test.each(cases)("%j does %j", (line, effect) => {
    expect(effectOf(line)).toEqual(effect);
  });

  test("what is no command is not sent", () => {
    expect(effectOf("/usr/bin")[0]).toStartWith("mistake /usr/bin: no such command");
    expect(effectOf("/")[0]).toStartWith("mistake /: no such command");
    expect(effectOf("/msg bob hi")[0]).toStartWith("mistake /msg: no such command");
  });
});

test("/help names every command", () => {
  const said = effectOf("/help").join("\n");
  for (const { name } of slashCommands) expect(said).toContain(`/${name}`);
});
