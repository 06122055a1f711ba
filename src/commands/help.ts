import type { CliCommand } from "../cli/command.ts";
import { UsageError } from "../lib/errors.ts";
import { excerpt } from "../lib/sanitise.ts";

/** `help [command]`: commander's own shows the whole program's help for a command that does not exist. */
export function helpCommand(command: CliCommand): void {
  command
    .description("show the help of a command")
    .argument("[command]", "the command; without one, the help of the program")
    .examples("scale-chat help", "scale-chat help loadtest")
    .runs(async (_options, [name]) => {
      const program = command.parent!;
      const subject = name === undefined ? program : program.commands.find((each) => each.name() === name);
      if (subject === undefined) {
        const names = program.commands.map((each) => each.name()).join(", ");
        throw new UsageError(`unknown command '${excerpt(name!)}'; the commands are: ${names}`);
      }
      subject.outputHelp();
      return 0;
    });
}
