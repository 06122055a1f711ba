import { CommanderError } from "commander";
import { AppError } from "../lib/errors.ts";
import { sanitise } from "../lib/sanitise.ts";
import type { CliCommand } from "./command.ts";
import type { Runtime } from "./runtime.ts";

/** Runs one command line of a program (without the program's own name) and answers with the exit code. */
export async function execute(
  program: CliCommand,
  args: readonly string[],
  runtime: Pick<Runtime, "stderr">,
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
