import { compactVerify, decodeProtectedHeader } from "jose";
import type { Grant } from "../protocol/grant.ts";
import { MAX_TOKEN_LENGTH } from "../protocol/limits.ts";
import { readClaims } from "./claims.ts";
import { ALGORITHMS, type Key } from "./key.ts";

/** Three parts in base64url. What decodes them would pass over spaces: one token could be written in many ways. */
const FORM = /^[\w-]*\.[\w-]*\.[\w-]*$/;

/** What a token signed with one of `keys` allows at `now`, or what is wrong with it; the token is not quoted. */
export async function verifyToken(
  token: string,
  keys: readonly Key[],
  now: number,
): Promise<Grant | { problem: string }> {
  if (token.length > MAX_TOKEN_LENGTH) {
    return { problem: `the token has ${token.length} characters, at most ${MAX_TOKEN_LENGTH} are taken` };
  }
  const header = readHeader(token);
  if (header === null) return { problem: "this is no token: a JWT has three parts between dots" };
  if (!ALGORITHMS.some((name) => name === header.alg)) {
    return { problem: `the token must be signed with ${ALGORITHMS.join(", ")}` };
  }
  for (const key of candidates(keys, header)) {
    const payload = await payloadOf(token, key);
    if (payload !== null) return readClaims(payload, now);
  }
  return { problem: "the token is not signed with a key of this chat" };
}

function readHeader(token: string): { alg?: string; kid?: string } | null {
  try {
    return FORM.test(token) ? decodeProtectedHeader(token) : null;
  } catch {
    return null;
  }
}

/** The keys of the token's algorithm; those that it names, or where it names none of them, those without a name. */
function candidates(keys: readonly Key[], { alg, kid }: { alg?: string; kid?: string }): Key[] {
  const fitting = keys.filter(({ algorithm }) => algorithm === alg);
  if (kid === undefined) return fitting;
  const named = fitting.filter(({ id }) => id === kid);
  return named.length > 0 ? named : fitting.filter(({ id }) => id === null);
}

/** The signed content, or `null` when it was not signed with this key. */
async function payloadOf(token: string, { verifying, algorithm }: Key): Promise<string | null> {
  try {
    const { payload } = await compactVerify(token, verifying, { algorithms: [algorithm] });
    return new TextDecoder().decode(payload);
  } catch {
    return null;
  }
}
