import { Command, type HelpConfiguration, Option } from "commander";
import { UsageError } from "../lib/errors.ts";
import { excerpt, sanitise } from "../lib/sanitise.ts";
import type { EffectiveOption } from "./effective.ts";
import { environmentName } from "./flags.ts";
import type { SettingParser } from "./parsers.ts";
import type { Runtime } from "./runtime.ts";
import { describeStrange, strangeVariables } from "./variables.ts";

/**
 * A commander command with the rules of this program: every option has an environment variable, a bad call
 * throws one line that names what is allowed, and an action answers with an exit code.
 */
export class CliCommand extends Command {
  /** What the action that ran answered; kept on the root command. */
  exitCode = 0;
  /** Values as they were written, by the names of their options. */
  private readonly written = new Map<string, string[]>();
  private readonly ownVariables: string[] = [];

  constructor(
    name: string,
    private readonly runtime: Runtime,
  ) {
    super(name);
    this.allowExcessArguments(false);
    this.showSuggestionAfterError(false);
    this.configureHelp(HELP_LAYOUT);
    this.helpOption("-h, --help", "show this help");
    this.configureOutput({
      writeOut: (text) => runtime.stdout.write(text),
      writeErr: (text) => runtime.stderr.write(text),
      outputError: () => {}, // The thrown error says it.
    });
    this.throwInsteadOfExit();
  }

  override createCommand(name: string): CliCommand {
    return new CliCommand(name, this.runtime);
  }

  override copyInheritedSettings(parent: Command): this {
    super.copyInheritedSettings(parent);
    // Inherited, the parent would explain its child's errors, with its own list of options.
    this.throwInsteadOfExit();
    return this;
  }

  /** Adds the option and its environment variable. */
  override addOption(option: Option): this {
    // A flag without a value is read in `readFlags`: commander would take SCALE_CHAT_QUIET=0 for "on".
    if (!isSwitch(option) && option.envVar === undefined) option.env(environmentName(writtenAs(option)));
    return super.addOption(option);
  }

  /** An option with a value. The default is written as a person would and read by the same parser. */
  setting<T>(flags: string, description: string, parser: SettingParser<T>, defaultText?: string): this {
    const option: Option = new Option(flags, description).argParser((text: string, before: T) => {
      const name = option.attributeName();
      this.written.set(name, [...(this.written.get(name) ?? []), text]);
      return parser(text, before);
    });
    if ("words" in parser) Object.assign(option.parseArg!, { words: parser.words });
    return this.addOption(
      defaultText === undefined ? option : option.default(parser(defaultText), defaultText),
    );
  }

  /** What is in force where the option that was added last is not given, and that is no value of its own. */
  without(text: string): this {
    this.options.at(-1)!.defaultValueDescription = text;
    return this;
  }

  /** A variable that is no option's: a secret, say, that no command line is to show. */
  readsVariable(name: string): this {
    this.ownVariables.push(name);
    return this;
  }

  /** Adds options that several commands share. */
  sharing(addOptions: (command: this) => void): this {
    addOptions(this);
    return this;
  }

  /** Two or more calls that show the usual use, printed under the help. */
  examples(...calls: string[]): this {
    const lines = calls.map((call) => `  $ ${call}`).join("\n");
    return this.addHelpText("after", `\nExamples:\n${lines}`);
  }

  /** What the command does: takes its options and its arguments, answers with an exit code. */
  runs<Options>(handler: (options: Options, args: string[]) => Promise<number>): this {
    return this.action(async () => {
      this.readFlags();
      this.warnOfStrangeVariables();
      this.root().exitCode = await handler(this.opts() as Options, this.args);
    });
  }

  /** The options in force. To be asked within `runs`. */
  effective(): EffectiveOption[] {
    return this.options
      .filter((option) => !option.hidden)
      .map((option) => {
        const name = option.attributeName();
        const source = SOURCES[this.getOptionValueSource(name) ?? ""] ?? "default";
        const value = defaultText(this.getOptionValue(name));
        const written =
          source === "default" ? option.defaultValueDescription : this.written.get(name)?.join(";");
        const unset = isSwitch(option) ? "false" : "not set";
        return { flag: writtenAs(option), text: written ?? (value === "" ? unset : value), source };
      });
  }

  private throwInsteadOfExit(): void {
    this.exitOverride((error) => {
      // Help that was asked for, or shown because nothing was asked for: it says enough.
      if (error.exitCode === 0 || error.code === "commander.help") throw error;
      throw new UsageError(this.explain(error.code, error.message));
    });
  }

  private root(): CliCommand {
    let command: CliCommand = this;
    while (command.parent instanceof CliCommand) command = command.parent;
    return command;
  }

  private readFlags(): void {
    for (const option of this.options) {
      const name = environmentName(writtenAs(option));
      const text = this.runtime.env[name];
      if (!isSwitch(option) || text === undefined) continue;
      if (this.getOptionValueSource(option.attributeName()) === "cli") continue;
      // SCALE_CHAT_NO_CSV=1 is --no-csv: the value of `csv` is then false.
      const isOn = parseFlag(name, text) !== option.negate;
      this.setOptionValueWithSource(option.attributeName(), isOn, "env");
    }
  }

  /** One environment may serve several commands: what any of them knows is fine. */
  private warnOfStrangeVariables(): void {
    const { env, stderr } = this.runtime;
    for (const strange of strangeVariables(env, new Set(this.root().variables()))) {
      stderr.write(`scale-chat: ${sanitise(describeStrange(strange))}\n`);
    }
  }

  /** The variables of its options, and of those of its commands. */
  private variables(): string[] {
    const own = [
      ...this.ownVariables,
      ...this.options.map((option) => option.envVar ?? environmentName(writtenAs(option))),
    ];
    const below = this.commands.flatMap((command) =>
      command instanceof CliCommand ? command.variables() : [],
    );
    return [...own, ...below];
  }

  private explain(code: string, message: string): string {
    const what = message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
    if (code === "commander.unknownOption") {
      const names = this.options.filter((option) => !option.hidden).map(writtenAs);
      return `${excerpt(what, 80)}; allowed here: ${[...names, "--help"].join(" ")}`;
    }
    if (code === "commander.unknownCommand") {
      return `${excerpt(what, 80)}; the commands are: ${this.commands.map((command) => command.name()).join(", ")}`;
    }
    if (code === "commander.excessArguments" || code === "commander.missingArgument") {
      return `${excerpt(what.replace(/\.$/, ""), 120)}; usage: ${usageLine(this)}`;
    }
    if (code === "commander.optionMissingArgument") {
      const option = this.options.find(({ flags }) => what.includes(flags));
      return `${excerpt(what, 120)}; it takes a value: ${option?.description ?? "see --help"}`;
    }
    return excerpt(what, 300);
  }
}

/** By commander's words for them. */
const SOURCES: Record<string, EffectiveOption["source"]> = { cli: "option", env: "variable" };

/** As it is written: the long way, where there is one. */
function writtenAs({ long, short, flags }: Option): string {
  return long ?? short ?? flags;
}

/** Commander's own `isBoolean` leaves out `--no-color`. */
function isSwitch(option: Option): boolean {
  return !option.required && !option.optional;
}

function parseFlag(name: string, text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off|)$/i.test(text)) return false;
  throw new UsageError(`${name}=${excerpt(text)}: not a switch; try 1, true, yes, on, 0, false, no or off`);
}

function usageLine(command: Command): string {
  const parents: string[] = [];
  for (let at = command.parent; at !== null; at = at.parent) parents.unshift(at.name());
  return [...parents, command.name(), command.usage()].join(" ");
}

const HELP_LAYOUT: HelpConfiguration = {
  helpWidth: 100,
  // The variables follow a rule that the help states once; listing each would bury the descriptions.
  optionDescription: (option) => {
    const text = option.defaultValueDescription ?? defaultText(option.defaultValue);
    return text === "" ? option.description : `${option.description} (default: ${text})`;
  },
};

function defaultText(value: unknown): string {
  if (value === undefined || value === false || value === null) return "";
  return Array.isArray(value) ? value.join(",") : String(value);
}
