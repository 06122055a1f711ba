import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { SignJWT } from "jose";

// For tests: one key of each kind, and tokens with whatever in them.

export const SECRET = "a secret of more than thirty-two bytes";

export interface Pair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

/** Made once: an RSA key takes its time. */
export const RSA: Pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const ED25519: Pair = generateKeyPairSync("ed25519");

export function publicPem({ publicKey }: Pair): string {
  return publicKey.export({ type: "spki", format: "pem" }) as string;
}

export function privatePem({ privateKey }: Pair): string {
  return privateKey.export({ type: "pkcs8", format: "pem" }) as string;
}

/** Claims with which everything is fine at `now`, milliseconds since the epoch. */
export function claimsAt(now: number): Record<string, unknown> {
  return { sub: "ann", rooms: ["team-*"], exp: Math.floor(now / 1000) + 60 };
}

/** A signed token. `undefined` among the claims leaves one out. */
export function tokenOf(
  claims: Record<string, unknown>,
  key: KeyObject | string,
  header: { alg: string; kid?: string },
): Promise<string> {
  const signing = typeof key === "string" ? new TextEncoder().encode(key) : key;
  return new SignJWT(claims).setProtectedHeader(header).sign(signing);
}
