import type { CliCommand } from "../cli/command.ts";
import { oneIn } from "../cli/parsers.ts";

export interface DebugOptions {
  /** Of one in so many messages. */
  debugTrace?: number;
}

/** What helps to find out where time goes. */
export function debugOptions(command: CliCommand): void {
  command.setting(
    "--debug-trace <share>",
    "log the way of one in so many messages, with times and ids and no text: 1/1000",
    oneIn,
  );
}

/** The same for the command line of another process of this program. */
export function debugArguments({ debugTrace }: DebugOptions): string[] {
  return debugTrace === undefined ? [] : [`--debug-trace=1/${debugTrace}`];
}
