import { readFileSync } from "node:fs";
import { OperationError, whyUnreadable } from "./errors.ts";

/**
 * What a file holds, without the space around it: for secrets, which a command line would show to everybody. `what` names it
 * in the error. Throws `OperationError` when it cannot be read.
 */
export function readSecret(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new OperationError(`Cannot read ${what} from ${file}: ${whyUnreadable(error)}`);
  }
}
