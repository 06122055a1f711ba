import { SignJWT } from "jose";
import { UsageError } from "../lib/errors.ts";
import type { Grant } from "../protocol/grant.ts";
import { MAX_TOKEN_LENGTH } from "../protocol/limits.ts";
import type { Key } from "./key.ts";

/** A key that can sign. */
export type SigningKey = Key & { signing: NonNullable<Key["signing"]> };

/** The first key that can sign, or `null`: public keys only verify. */
export function signingKeyOf(keys: readonly Key[]): SigningKey | null {
  return keys.find((key): key is SigningKey => key.signing !== null) ?? null;
}

/**
 * A token that says so; `now` is in milliseconds since the epoch. Its end is cut to whole seconds. Throws `UsageError`
 * where it would be longer than any server takes.
 */
export async function signToken(
  key: SigningKey,
  { name, rooms, expiresAt }: Grant,
  now: number,
): Promise<string> {
  const { id, algorithm, signing } = key;
  const token = await new SignJWT({ rooms: [...rooms] })
    .setProtectedHeader({ alg: algorithm, typ: "JWT", ...(id === null ? {} : { kid: id }) })
    .setSubject(name)
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor(expiresAt / 1000))
    .sign(signing);
  if (token.length <= MAX_TOKEN_LENGTH) return token;
  throw new UsageError(
    `the token would have ${token.length} characters, and servers take at most ${MAX_TOKEN_LENGTH}: name fewer rooms, or patterns with *`,
  );
}
