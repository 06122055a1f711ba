/**
 * Errors meant for people: each carries a sentence that says what was wrong and what is allowed, and the
 * exit code of the process. Anything else that is thrown is a defect of ours.
 */
export class AppError extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** The command line or the environment asked for something that cannot be: exit code 2. */
export class UsageError extends AppError {
  constructor(message: string) {
    super(message, 2);
  }
}

/** The request was fine, the world was not (port in use, file missing, server away): exit code 1. */
export class OperationError extends AppError {
  constructor(message: string) {
    super(message, 1);
  }
}

/** The system's code of an error (`ENOENT`, `EADDRINUSE`, …), or `undefined` when it has none. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Why a file cannot be read, in words. */
export function whyUnreadable(error: unknown): string {
  return systemCode(error) === "ENOENT" ? "there is no such file" : messageOf(error);
}

/** The sentence of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
