import type { TokenSource } from "../client/route.ts";
import { OperationError } from "../lib/errors.ts";
import { readSecret } from "../lib/secret-file.ts";
import { isToken } from "../protocol/bearer.ts";

/**
 * Where a person's token comes from, `null` where there is none: a file, or the variable SCALE_CHAT_TOKEN. Never an
 * argument, which others see in the list of processes. The file is read anew for each connection, because a token may
 * be renewed; when it cannot be read then, the last one stays. Throws `OperationError` when there is none to begin with.
 */
export function tokenSource(
  file: string | undefined,
  env: Record<string, string | undefined>,
): TokenSource | null {
  if (file === undefined) {
    const text = env.SCALE_CHAT_TOKEN?.trim();
    if (!text) return null;
    const token = checked(text, "The variable SCALE_CHAT_TOKEN");
    return () => token;
  }
  let token = read(file);
  return () => {
    try {
      token = read(file);
    } catch {}
    return token;
  };
}

function read(file: string): string {
  return checked(readSecret(file, "the token"), `The file ${file}`);
}

/** The text is not quoted: it may be a secret of another kind. */
function checked(text: string, where: string): string {
  if (isToken(text)) return text;
  throw new OperationError(`${where} holds no token: scale-chat token --help tells how to make one`);
}
