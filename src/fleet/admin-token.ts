import { createHash, timingSafeEqual } from "node:crypto";
import { OperationError } from "../lib/errors.ts";
import { readSecret } from "../lib/secret-file.ts";

const MIN_LENGTH = 16;

/** The operators' secret, from a file. Throws `OperationError` when there is none to be used. */
export function readAdminToken(file: string): string {
  const token = readSecret(file, "the admin token");
  if (!/^[\x21-\x7e]*$/.test(token)) {
    throw new OperationError(`The admin token in ${file} has to be one word of ASCII characters`);
  }
  if (token.length >= MIN_LENGTH) return token;
  throw new OperationError(
    `The admin token in ${file} has ${token.length} characters; at least ${MIN_LENGTH} are needed ` +
      "(openssl rand -hex 16 makes one)",
  );
}

/** Whether an `Authorization` header carries the token; takes as long for a near miss as for a far one. */
export function carriesToken(authorization: string | null, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}

/** Of equal length, as the comparison wants it. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
