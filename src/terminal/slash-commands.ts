import { excerpt } from "../lib/sanitise.ts";
import { checkName, checkRoom } from "../protocol/text.ts";

/** What a person can have done by typing a command. */
export interface ChatActions {
  /** Tells the person something. */
  say(notice: string): void;
  rename(name: string): void;
  join(room: string): void;
  who(): void;
  toggleQuiet(): void;
  toggleTimestamps(): void;
  leave(): void;
}

export interface SlashCommand {
  name: string;
  /** What has to follow it, or `null`. */
  argument: { label: string; check: (text: string) => string | null } | null;
  help: string;
  run(actions: ChatActions, argument: string): void;
}

/** Everything that can be typed after a slash; `/help` and completion follow this table. */
export const slashCommands: readonly SlashCommand[] = [
  {
    name: "help",
    argument: null,
    help: "this list",
    run: (actions) => helpLines().forEach((line) => void actions.say(line)),
  },
  {
    name: "nick",
    argument: { label: "name", check: checkName },
    help: "go on under another name",
    run: (actions, name) => actions.rename(name),
  },
  {
    name: "join",
    argument: { label: "room", check: checkRoom },
    help: "leave this room for another",
    run: (actions, room) => actions.join(room),
  },
  { name: "who", argument: null, help: "who is here", run: (actions) => actions.who() },
  {
    name: "quiet",
    argument: null,
    help: "hide or show notices of the connection and the number of members",
    run: (actions) => actions.toggleQuiet(),
  },
  {
    name: "timestamps",
    argument: null,
    help: "show or hide when messages were sent",
    run: (actions) => actions.toggleTimestamps(),
  },
  {
    name: "quit",
    argument: null,
    help: "leave; so do Ctrl-C and Ctrl-D",
    run: (actions) => actions.leave(),
  },
];

/** What a typed line means. */
export type Input =
  | { type: "nothing" }
  | { type: "message"; text: string }
  | { type: "command"; command: SlashCommand; argument: string }
  | { type: "mistake"; problem: string };

/** `/name argument` is a command, `//text` is the message `/text`, a line of spaces is nothing. */
export function parseInput(line: string): Input {
  if (line.trim() === "") return { type: "nothing" };
  if (!line.startsWith("/")) return { type: "message", text: line };
  if (line.startsWith("//")) return { type: "message", text: line.slice(1) };
  const [, name = "", argument = ""] = /^\/(\S*)\s*(.*)$/s.exec(line)!;
  const command = slashCommands.find((candidate) => candidate.name === name.toLowerCase());
  if (command === undefined) {
    return mistake(
      `/${excerpt(name)}: no such command; /help lists them, a second slash sends the line as it is`,
    );
  }
  return withArgument(command, argument.trim());
}

function usageOf({ name, argument }: SlashCommand): string {
  return argument === null ? `/${name}` : `/${name} <${argument.label}>`;
}

function withArgument(command: SlashCommand, argument: string): Input {
  const usage = usageOf(command);
  if (command.argument === null) {
    if (argument !== "") return mistake(`${usage} takes nothing after it`);
  } else {
    if (argument === "") return mistake(`usage: ${usage}`);
    const problem = command.argument.check(argument);
    if (problem !== null) return mistake(`${usage}: ${problem}`);
  }
  return { type: "command", command, argument };
}

function mistake(problem: string): Input {
  return { type: "mistake", problem };
}

function helpLines(): string[] {
  const width = Math.max(...slashCommands.map((command) => usageOf(command).length));
  const commands = slashCommands.map((command) => `${usageOf(command).padEnd(width)}  ${command.help}`);
  return [
    ...commands,
    `${"//text".padEnd(width)}  send /text`,
    `${"Tab".padEnd(width)}  complete a name or a command`,
  ];
}
