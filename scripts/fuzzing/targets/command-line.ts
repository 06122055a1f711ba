import { CliCommand } from "../../../src/cli/command.ts";
import { execute } from "../../../src/cli/execute.ts";
import { FakeRuntime } from "../../../src/cli/fake-runtime.ts";
import { environmentName } from "../../../src/cli/flags.ts";
import { buildProgram } from "../../../src/commands/program.ts";
import { sanitise } from "../../../src/lib/sanitise.ts";
import type { Chance } from "../chance.ts";
import { mutateText } from "../mutate.ts";
import { NASTY_TEXTS } from "../nasty.ts";
import { type Note, promise, pureTarget } from "../target.ts";

/** Commands that touch nothing but what they print are run as they are; of the others only the options are read. */
const HARMLESS = new Set(["help", "completion"]);

const { runs } = CliCommand.prototype;
CliCommand.prototype.runs = function (handler) {
  return runs.call(this, HARMLESS.has(this.name()) ? (handler as never) : async () => 0) as typeof this;
};

const COMMANDS = buildProgram(new FakeRuntime()).commands.map((command) => ({
  name: command.name(),
  flags: [...command.options.map(({ long, short }) => long ?? short ?? ""), "--help"],
}));

/** Values that one option or other takes. */
const RIGHT: readonly string[] = [
  ...[
    "1",
    "0",
    "8080",
    "30s",
    "1.5s",
    "64KiB",
    "5%",
    "50,99",
    "uniform",
    "zipf:1.1",
    "json",
    "table",
    "p99<250ms",
  ],
  ...[
    "rooms=1 room-size=10..30+10",
    "30s:100,1m:0",
    "127.0.0.1",
    "ws://127.0.0.1:1",
    "redis://h:1",
    "file.csv",
    "-",
  ],
];

/** Command lines: an exit code and a sentence, whatever is written there. */
export const args = pureTarget(async (chance: Chance, note: Note) => {
  const { name, flags } = chance.pick(COMMANDS);
  const words = [chance.odds(0.95) ? name : mutateText(chance, name)];
  for (let left = chance.below(6); left > 0; left--) {
    words.push(chance.odds(0.85) ? chance.pick(flags) : mutateText(chance, chance.pick(flags)));
    if (chance.odds(0.7)) words.push(mutateText(chance, chance.pick(RIGHT)));
    if (chance.odds(0.1)) words.push(chance.pick(NASTY_TEXTS));
  }
  note(words);
  await judge(words, {});
});

/** The same options out of the environment, where every one of them has a variable. */
export const env = pureTarget(async (chance: Chance, note: Note) => {
  const { name, flags } = chance.pick(COMMANDS);
  const variables: Record<string, string> = {};
  for (const flag of chance.some(flags, 5)) {
    // No process can have a variable with a zero byte in it.
    const text = mutateText(chance, chance.pick(RIGHT)).replaceAll("\0", "").toWellFormed();
    variables[environmentName(flag)] = text;
  }
  note({ name, variables });
  // Commander reads them from the process itself.
  Object.assign(process.env, variables);
  try {
    await judge([name], variables);
  } finally {
    for (const variable of Object.keys(variables)) delete process.env[variable];
  }
});

async function judge(words: string[], variables: Record<string, string>): Promise<void> {
  const runtime = new FakeRuntime(variables);
  const exitCode = await execute(buildProgram(runtime), words, runtime);
  const { stderr } = runtime.written;
  promise([0, 1, 2].includes(exitCode), `an exit code of ours, not ${exitCode}`);
  if (exitCode === 0) return;
  promise(stderr !== "", "an error is told");
  for (const line of stderr.split("\n")) promise(sanitise(line) === line, "an error obeys no terminal");
}
