import type { CliCommand } from "../cli/command.ts";
import { filePath } from "../cli/parsers.ts";
import { listOf } from "../cli/parsers-list.ts";
import { timeOfDay } from "../lib/clock.ts";
import { UsageError } from "../lib/errors.ts";
import type { Logger } from "../lib/log.ts";
import type { RenewalFigures } from "../lib/metrics/renewal-metrics.ts";
import type { Authenticator, Grant } from "../protocol/grant.ts";

/** Who may come in. */
export interface AuthOptions {
  authKeyFile?: string[];
}

/** The one switch: with a key, nobody comes in without a token. */
export function authOptions(command: CliCommand): void {
  command
    .optionsGroup("Auth:")
    .setting(
      "--auth-key-file <file>",
      "ask clients for a token signed with this key: JWK, JWKS, PEM or a secret; again for further keys",
      listOf(filePath),
    );
}

/** The same for the command line of another process of this program. */
export function authArguments({ authKeyFile = [] }: AuthOptions): string[] {
  return authKeyFile.map((file) => `--auth-key-file=${file}`);
}

/** `null` where auth is off; then nothing of it is loaded. Throws `OperationError` for a key that cannot be used. */
export async function openAuth(
  { authKeyFile }: AuthOptions,
  log: Logger,
  figures: RenewalFigures,
): Promise<Authenticator | null> {
  if (authKeyFile === undefined) return null;
  const { openAuthenticator } = await import("../auth/authenticator.ts");
  return openAuthenticator(authKeyFile, log, () => figures.failures.auth_keys++);
}

/** Makes a token of a grant. */
export type Signer = (grant: Grant) => Promise<string>;

/** Signs with the first key that can. Throws `UsageError` when the files hold none, `OperationError` for a bad file. */
export async function openSigner(files: readonly string[]): Promise<Signer> {
  const { readKeyFile } = await import("../auth/key-file.ts");
  const { signingKeyOf, signToken } = await import("../auth/sign-token.ts");
  const key = signingKeyOf(files.flatMap(readKeyFile));
  if (key === null) {
    throw new UsageError(
      `--auth-key-file ${files.join(", ")}: public keys only verify; give the private one`,
    );
  }
  return (grant) => signToken(key, grant, timeOfDay.now());
}
