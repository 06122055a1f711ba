import { readFileSync, statSync } from "node:fs";
import { OperationError, whyUnreadable } from "../lib/errors.ts";
import { type Key, KeyProblem } from "./key.ts";
import { parseKeys } from "./parse-keys.ts";

/** The keys in a file. Throws `OperationError` when there is none to be used; nothing of the content is quoted. */
export function readKeyFile(file: string): Key[] {
  try {
    return parseKeys(readFileSync(file));
  } catch (error) {
    if (error instanceof KeyProblem) {
      throw new OperationError(`The key file ${file} holds a key that cannot be used: ${error.message}`);
    }
    throw new OperationError(`Cannot read the key file ${file}: ${whyUnreadable(error)}`);
  }
}

/** Another string when the file is another one or was written since; what cannot be looked at is "gone". */
export function fingerprint(file: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(file);
    return `${ino}:${size}:${mtimeMs}`;
  } catch {
    return "gone";
  }
}

/**
 * May others use the file than have to? A group is how a service reads a file that is not its own; to a file of its own it
 * has access anyway.
 */
export function isExposed(file: string): boolean {
  const { mode, uid } = statSync(file);
  return (mode & (uid === process.getuid?.() ? 0o077 : 0o007)) !== 0;
}
