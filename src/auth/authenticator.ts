import { timeOfDay } from "../lib/clock.ts";
import type { Logger } from "../lib/log.ts";
import type { Authenticator } from "../protocol/grant.ts";
import { KeyRing } from "./key-ring.ts";
import { verifyToken } from "./verify-token.ts";

/**
 * Verifies tokens by the keys of these files. Throws `OperationError` for a file that cannot be used; one that has become so
 * since is told to `onKept`.
 */
export function openAuthenticator(
  files: readonly string[],
  log: Logger,
  onKept: () => void = () => {},
): Authenticator {
  const clock = timeOfDay;
  const ring = new KeyRing(files, clock, log, onKept);
  return { clock, verify: (token) => verifyToken(token, ring.keys, clock.now()) };
}
