import { readClaims } from "../../../src/auth/claims.ts";
import { KeyProblem } from "../../../src/auth/key.ts";
import { parseKeys } from "../../../src/auth/parse-keys.ts";
import { ED25519, publicPem, RSA, SECRET, tokenOf } from "../../../src/auth/test-keys.ts";
import { verifyToken } from "../../../src/auth/verify-token.ts";
import { opensRoom } from "../../../src/protocol/grant.ts";
import { checkName } from "../../../src/protocol/text.ts";
import type { Chance } from "../chance.ts";
import { mutateBytes, mutateJson, mutateText } from "../mutate.ts";
import { NASTY_TEXTS } from "../nasty.ts";
import { type Note, promise, pureTarget } from "../target.ts";

const NOW = 1_763_683_200_000;
const CLAIMS = { sub: "ann", rooms: ["team-*"], exp: NOW / 1000 + 60, nbf: NOW / 1000, aud: "scale-chat" };
const KEYS = [Buffer.from(SECRET), Buffer.from(publicPem(ED25519))].flatMap(parseKeys);
const TOKENS = [
  await tokenOf(CLAIMS, SECRET, { alg: "HS256" }),
  await tokenOf(CLAIMS, ED25519.privateKey, { alg: "EdDSA", kid: "b" }),
];
const JWKS = { keys: [{ ...RSA.publicKey.export({ format: "jwk" }), alg: "RS256", use: "sig", kid: "a" }] };

/** Tokens and the files of their keys: nothing that was changed opens a room, and nothing is thrown but sentences. */
export const tokens = pureTarget(async (chance: Chance, note: Note) => {
  const token = chance.pick(TOKENS);
  const changed = mutateText(chance, token);
  const claims = mutateJson(chance, CLAIMS);
  const file = chance.odds(0.5)
    ? Buffer.from(mutateJson(chance, JWKS))
    : mutateBytes(chance, Buffer.from(publicPem(chance.pick([ED25519, RSA]))));
  note({ changed, claims, file: file.toString("latin1") });
  const verdict = await verifyToken(changed, KEYS, NOW);
  // The last letter of a signature has bits that mean nothing.
  const isSame = TOKENS.some(
    (valid) => valid.slice(0, -1) === changed.slice(0, -1) && valid.length === changed.length,
  );
  promise("problem" in verdict || isSame, "a token that was changed opens nothing");
  const grant = readClaims(claims, NOW);
  if (!("problem" in grant)) {
    promise(checkName(grant.name) === null, "a name out of a token keeps the rules of names");
    promise(grant.expiresAt > NOW, "a token that is over opens nothing");
    for (const room of chance.some(NASTY_TEXTS, 3)) opensRoom(grant, room);
  }
  try {
    parseKeys(file);
  } catch (error) {
    promise(error instanceof KeyProblem, `a problem in words, not ${error}`);
  }
});
