import { CommanderError } from "commander";
import { balanceCommand } from "../commands/balance.ts";
import { chatCommand } from "../commands/chat.ts";
import { completionCommand } from "../commands/completion.ts";
import { doctorCommand } from "../commands/doctor.ts";
import { healthCommand } from "../commands/health.ts";
import { helpCommand } from "../commands/help.ts";
import { loadtestCommand } from "../commands/loadtest.ts";
import { planCommand } from "../commands/plan.ts";
import { reportCommand } from "../commands/report.ts";
import { serveCommand } from "../commands/serve.ts";
import { statusCommand } from "../commands/status.ts";
import { tokenCommand } from "../commands/token.ts";
import { AppError } from "../lib/errors.ts";
import { sanitise } from "../lib/sanitise.ts";
import { CliCommand } from "./command.ts";
import type { Runtime } from "./runtime.ts";
import { commit, version } from "./version.ts";

/** The whole command line, subcommands included. Their features are only loaded when they run. */
export function buildProgram(runtime: Runtime): CliCommand {
  const program = new CliCommand("scale-chat", runtime);
  program
    .description("Room chat over WebSockets in one executable, and the proof of how far it scales.")
    .version(`scale-chat ${version} (${commit})`, "-V, --version", "print the version and the commit")
    .helpCommand(false)
    .addHelpText(
      "after",
      "\nEvery option of a command can also be set by a variable: --max-payload is SCALE_CHAT_MAX_PAYLOAD." +
        "\nThe option wins over the variable, the variable over the default.",
    )
    .examples("scale-chat serve", "echo hello | scale-chat chat lobby --name bot");
  serveCommand(program.command("serve"), runtime);
  balanceCommand(program.command("balance"), runtime);
  chatCommand(program.command("chat"), runtime);
  loadtestCommand(program.command("loadtest"), runtime);
  reportCommand(program.command("report"), runtime);
  statusCommand(program.command("status"), runtime);
  planCommand(program.command("plan"), runtime);
  doctorCommand(program.command("doctor"), runtime);
  healthCommand(program.command("health"), runtime);
  tokenCommand(program.command("token"), runtime);
  completionCommand(program.command("completion"), runtime);
  helpCommand(program.command("help"));
  return program;
}

/** Runs one command line (without the program's own name) and answers with the exit code. */
export async function execute(
  args: readonly string[],
  runtime: Runtime,
  program = buildProgram(runtime),
): Promise<number> {
  try {
    await program.parseAsync(args, { from: "user" });
    return program.exitCode;
  } catch (error) {
    // Help and version end by an error whose code is 0; help without a command is a mistake of usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof AppError) {
      runtime.stderr.write(`scale-chat: ${sanitise(error.message)}\n`);
      return error.exitCode;
    }
    throw error;
  }
}
