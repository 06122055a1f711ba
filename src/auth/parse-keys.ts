import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from "node:crypto";
import { isObject, type JsonObject, parseJson } from "../lib/json.ts";
import { ALGORITHMS, bindKey, type Key, KeyProblem } from "./key.ts";

/**
 * The keys in a file: a JWK, a set of them (RFC 7517), PEM blocks, or the bytes of a secret, without the end of its
 * line. Throws `KeyProblem` when there is none to be used.
 */
export function parseKeys(content: Buffer): Key[] {
  const text = content.toString("utf8").trim();
  if (text.startsWith("{") || text.startsWith("[")) return parseJwks(text);
  // Tools write remarks in front of it.
  if (text.includes("-----BEGIN ")) return text.match(PEM_BLOCK)?.map(parsePem) ?? notPem();
  if (isPublic(content, text)) throw new KeyProblem("it is a public key, but neither PEM nor JWK");
  return [bindKey(createSecretKey(withoutLineEnd(content)), null)];
}

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** A public key in a form that is not read here: as the bytes of a secret, it would be one that everybody knows. */
function isPublic(content: Buffer, text: string): boolean {
  if (/^(ssh|ecdsa|sk)-\S+ AAAA/.test(text)) return true;
  return [content, Buffer.from(text, "base64")].some((key) => {
    try {
      return createPublicKey({ key, format: "der", type: "spki" }).type === "public";
    } catch {
      return false;
    }
  });
}

function parseJwks(text: string): Key[] {
  const value = parseJson(text);
  if (value === undefined) throw new KeyProblem("it begins like JSON and is none");
  if (!isObject(value)) throw new KeyProblem("it is JSON, but no key");
  if (!("keys" in value)) return [parseJwk(value)];
  if (!Array.isArray(value.keys) || !value.keys.every(isObject))
    throw new KeyProblem("its keys are no list of keys");
  // A provider's set may hold keys for other purposes: those are not for here (RFC 7517, 5).
  const keys = value.keys.filter(isForSignatures).map(parseJwk);
  if (keys.length > 0) return keys;
  throw new KeyProblem(`its set holds none for ${ALGORITHMS.join(", ")}`);
}

function isForSignatures({ kty, crv, alg, use }: JsonObject): boolean {
  const fits = kty === "oct" || kty === "RSA" || (kty === "OKP" && crv === "Ed25519");
  return fits && (use === undefined || use === "sig") && (alg === undefined || isAlgorithm(alg));
}

function parseJwk(jwk: JsonObject): Key {
  const id = typeof jwk.kid === "string" ? jwk.kid : null;
  const key = bindKey(materialOf(jwk), id);
  if (jwk.alg === undefined || jwk.alg === key.algorithm) return key;
  throw new KeyProblem(
    `it is for ${typeof jwk.alg === "string" ? jwk.alg : "no algorithm"}, allowed are ${ALGORITHMS.join(", ")}`,
  );
}

function materialOf(jwk: JsonObject): KeyObject {
  if (jwk.kty === "oct" && typeof jwk.k === "string") return createSecretKey(Buffer.from(jwk.k, "base64url"));
  const input = { key: jwk, format: "jwk" } as const;
  try {
    return "d" in jwk ? createPrivateKey(input) : createPublicKey(input);
  } catch {
    throw new KeyProblem("it is JSON, but no JWK that can be read");
  }
}

function parsePem(block: string): Key {
  let material: KeyObject;
  try {
    material = block.includes("PRIVATE KEY") ? createPrivateKey(block) : createPublicKey(block);
  } catch {
    throw new KeyProblem("its PEM cannot be read; keys have to be unencrypted");
  }
  return bindKey(material, null);
}

function notPem(): never {
  throw new KeyProblem("its PEM has no end");
}

function withoutLineEnd(content: Buffer): Buffer {
  let end = content.length;
  if (content[end - 1] === 0x0a) end--;
  if (end < content.length && content[end - 1] === 0x0d) end--;
  return content.subarray(0, end);
}

function isAlgorithm(value: unknown): boolean {
  return ALGORITHMS.some((algorithm) => algorithm === value);
}
