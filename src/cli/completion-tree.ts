import type { Argument, Command, Option } from "commander";

/** What can stand in one place of a command line. */
export type Value = { kind: "words"; words: readonly string[] } | { kind: "file" } | { kind: "anything" };

export interface CompletedOption {
  /** With its dashes: `--port`. */
  long: string;
  description: string;
  /** `undefined` for a switch, which takes none. */
  value: Value | undefined;
}

export interface CompletedCommand {
  name: string;
  description: string;
  options: CompletedOption[];
  /** What its arguments are; the first one's kind stands for all. */
  argument: Value | undefined;
}

/** A program as the scripts see it: its own options and one level of commands. */
export interface CompletedProgram {
  name: string;
  options: CompletedOption[];
  commands: CompletedCommand[];
}

/** Reads the tree of a commander program, as its help shows it. */
export function describe(program: Command): CompletedProgram {
  const commands = program.createHelp().visibleCommands(program);
  const names = commands.map((command) => command.name());
  return {
    name: program.name(),
    options: describeOptions(program),
    commands: commands.map((command) => ({
      name: command.name(),
      description: oneLine(command.description()),
      options: describeOptions(command),
      argument: command.name() === "help" ? { kind: "words", words: names } : argumentOf(command),
    })),
  };
}

function describeOptions(command: Command): CompletedOption[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => option.long !== undefined)
    .map((option) => ({
      long: option.long!,
      description: oneLine(option.description),
      value: option.required || option.optional ? valueAt(option, option.flags) : undefined,
    }));
}

function argumentOf(command: Command): Value | undefined {
  const first = command.registeredArguments[0];
  return first === undefined ? undefined : valueAt(first, first.name());
}

/** The words that its parser takes; else a file, where the placeholder says so: `--out <file>`. */
function valueAt(place: Option | Argument, placeholder: string): Value {
  const words = place.argChoices ?? wordsOf(place.parseArg);
  if (words !== undefined) return { kind: "words", words };
  return /\b(files?|path|csv)\b/.test(placeholder.replace(/^.*--[a-z-]+/, ""))
    ? { kind: "file" }
    : { kind: "anything" };
}

function wordsOf(parser: unknown): readonly string[] | undefined {
  const { words } = (parser ?? {}) as { words?: readonly string[] };
  return words;
}

/** Descriptions end up inside quotes of three shells: one short line without anything they could obey. */
function oneLine(description: string): string {
  return description.replace(/[\s'"`$\\[\]:!]+/g, " ").trim();
}
