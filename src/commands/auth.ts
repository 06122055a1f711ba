import type { CliCommand } from "../cli/command.ts";
import { existingFile } from "../cli/parsers.ts";
import type { Logger } from "../lib/log.ts";
import type { Authenticator } from "../protocol/grant.ts";

/** Who may come in. */
export interface AuthOptions {
  authKeyFile?: string[];
}

/** The one switch: with a key, nobody comes in without a token. */
export function authOptions(command: CliCommand): void {
  command
    .optionsGroup("Auth:")
    .listing(
      "--auth-key-file <file>",
      "ask clients for a token signed with this key: JWK, JWKS, PEM or a secret; again for further keys",
      existingFile,
    );
}

/** `null` where auth is off; then nothing of it is loaded. Throws `OperationError` for a key that cannot be used. */
export async function openAuth({ authKeyFile }: AuthOptions, log: Logger): Promise<Authenticator | null> {
  if (authKeyFile === undefined) return null;
  const { openAuthenticator } = await import("../auth/authenticator.ts");
  return openAuthenticator(authKeyFile, log);
}
