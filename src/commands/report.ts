import type { CliCommand } from "../cli/command.ts";
import type { Runtime } from "../cli/runtime.ts";
import { OperationError } from "../lib/errors.ts";

export function reportCommand(command: CliCommand, _runtime: Runtime): void {
  command.description("percentile tables out of results files").runs(async () => {
    throw new OperationError("not built yet");
  });
}
