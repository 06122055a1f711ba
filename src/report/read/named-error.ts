import { messageOf, OperationError, systemCode } from "../../lib/errors.ts";
import { sanitise } from "../../lib/sanitise.ts";
import { RowError } from "./row-error.ts";

/** `results.csv:17: what was wrong`, for a bad line and for a file that cannot be read. */
export function namedError(name: string, error: unknown): OperationError {
  const shown = sanitise(name);
  if (error instanceof RowError) return new OperationError(`${shown}:${error.line}: ${error.message}`);
  return new OperationError(`${shown}: ${reasonOf(error)}`);
}

function reasonOf(error: unknown): string {
  switch (systemCode(error)) {
    case undefined:
      throw error; // A defect of ours is not the file's fault.
    case "ENOENT":
      return "there is no such file";
    case "ENOTDIR":
      return "there is no such file: a part of its path is not a directory";
    case "EISDIR":
      return "is a directory without meta.csv; allowed: a results file, the directory of a sweep, or - for the standard input";
    case "EACCES":
    case "EPERM":
      return "may not be read by this user";
    default:
      return `cannot be read: ${sanitise(messageOf(error))}`;
  }
}
