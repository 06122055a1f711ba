import { CliCommand } from "../cli/command.ts";
import type { Runtime } from "../cli/runtime.ts";
import { VERSION_FLAGS, versionLine } from "../cli/version.ts";
import { balanceCommand } from "./balance.ts";
import { chatCommand } from "./chat.ts";
import { completionCommand } from "./completion.ts";
import { doctorCommand } from "./doctor.ts";
import { healthCommand } from "./health.ts";
import { helpCommand } from "./help.ts";
import { loadtestCommand } from "./loadtest.ts";
import { planCommand } from "./plan.ts";
import { reportCommand } from "./report.ts";
import { serveCommand } from "./serve.ts";
import { statusCommand } from "./status.ts";
import { tokenCommand } from "./token.ts";

/** The whole command line, subcommands included. Their features are only loaded when they run. */
export function buildProgram(runtime: Runtime): CliCommand {
  const program = new CliCommand("scale-chat", runtime);
  program
    .description("Room chat over WebSockets in one executable, and the proof of how far it scales.")
    .version(versionLine, VERSION_FLAGS.join(", "), "print the version and the commit")
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
