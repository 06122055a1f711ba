import type { CliCommand } from "../cli/command.ts";
import { completionScript, SHELLS, type Shell } from "../cli/completion.ts";
import { oneOf } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";

export function completionCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("print the completion script of a shell")
    .argument(`<${SHELLS.join("|")}>`, "the shell", oneOf(SHELLS))
    .examples(
      "source <(scale-chat completion bash)",
      "scale-chat completion fish > ~/.config/fish/completions/scale-chat.fish",
    )
    .runs(async (_options, [shell]) => {
      runtime.stdout.write(completionScript(shell as Shell, command.parent!));
      return 0;
    });
}
