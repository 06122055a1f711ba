import { createPublicKey, type KeyObject } from "node:crypto";

/** What a token may be signed with. */
export const ALGORITHMS = ["HS256", "RS256", "EdDSA"] as const;
type Algorithm = (typeof ALGORITHMS)[number];

/** RFC 7518, 3.2: a secret is at least as long as the hash. */
const MIN_SECRET_BYTES = 32;
/** RFC 7518, 3.3. */
const MIN_RSA_BITS = 2048;

/**
 * A key, bound to its algorithm: a token says which algorithm it is signed with, and were it believed, a public key,
 * which everybody knows, would do as a secret.
 */
export interface Key {
  /** `kid`: which of several keys a token is signed with; `null` where the key has no name. */
  id: string | null;
  algorithm: Algorithm;
  verifying: KeyObject;
  /** `null`: the key only verifies, and is no secret. */
  signing: KeyObject | null;
}

/** Why something cannot be a key here: a sentence that goes on after "holds a key that cannot be used: ". */
export class KeyProblem extends Error {}

/** Binds key material to its algorithm. Throws `KeyProblem` for material that fits none, or is too weak. */
export function bindKey(material: KeyObject, id: string | null): Key {
  if (material.type === "secret") {
    const bytes = material.symmetricKeySize ?? 0;
    if (bytes >= MIN_SECRET_BYTES) return { id, algorithm: "HS256", verifying: material, signing: material };
    throw new KeyProblem(`a secret of ${bytes} bytes, at least ${MIN_SECRET_BYTES} are needed`);
  }
  const algorithm = algorithmOf(material);
  if (material.type === "public") return { id, algorithm, verifying: material, signing: null };
  // The types know only of the forms that both Node and older runtimes take.
  return { id, algorithm, verifying: createPublicKey(material as never), signing: material };
}

function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): Algorithm {
  if (type === "ed25519") return "EdDSA";
  if (type !== "rsa") throw new KeyProblem(`it is of type ${type}, only RSA and Ed25519 are known`);
  const bits = details?.modulusLength ?? 0;
  if (bits >= MIN_RSA_BITS) return "RS256";
  throw new KeyProblem(`an RSA key of ${bits} bits, at least ${MIN_RSA_BITS} are needed`);
}
