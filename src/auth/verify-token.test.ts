import { describe, expect, test } from "bun:test";
import { MAX_TOKEN_LENGTH } from "../protocol/limits.ts";
import { parseKeys } from "./parse-keys.ts";
import { signingKeyOf, signToken } from "./sign-token.ts";
import { claimsAt, ED25519, privatePem, publicPem, RSA, SECRET, tokenOf } from "./test-keys.ts";
import { verifyToken } from "./verify-token.ts";

const NOW = 1_763_683_200_000;
const claims = claimsAt(NOW);
const grant = { name: "ann", rooms: ["team-*"], expiresAt: NOW + 60_000 };
const keysIn = (...texts: string[]) => texts.flatMap((text) => parseKeys(Buffer.from(text)));
const jwkOf = (kid: string, secret: string) =>
  JSON.stringify({ kty: "oct", kid, k: Buffer.from(secret).toString("base64url") });

const all = keysIn(SECRET, publicPem(RSA), publicPem(ED25519));
const verify = (token: string, keys = all, now = NOW) => verifyToken(token, keys, now);
const secretToken = (more: Record<string, unknown> = {}) =>
  tokenOf({ ...claims, ...more }, SECRET, { alg: "HS256" });

/** What was wrong with a token. */
async function problem(token: string, keys = all, now = NOW): Promise<string> {
  const result = await verify(token, keys, now);
  if (!("problem" in result)) throw new Error(`let in: ${JSON.stringify(result)}`);
  return result.problem;
}

describe("a token is taken", () => {
  test("with each algorithm", async () => {
    expect(await verify(await secretToken())).toEqual(grant);
    expect(await verify(await tokenOf(claims, RSA.privateKey, { alg: "RS256" }))).toEqual(grant);
    expect(await verify(await tokenOf(claims, ED25519.privateKey, { alg: "EdDSA" }))).toEqual(grant);
  });

  test("as we sign it ourselves", async () => {
    for (const text of [SECRET, privatePem(RSA), privatePem(ED25519), jwkOf("one", SECRET)]) {
      const keys = keysIn(text);
      expect(await verify(await signToken(signingKeyOf(keys)!, grant, NOW), keys)).toEqual(grant);
    }
    expect(signingKeyOf(keysIn(publicPem(RSA)))).toBeNull();
  });

  test("and none is signed that would be too long", async () => {
    const sign = (rooms: string[]) => signToken(signingKeyOf(all)!, { ...grant, rooms }, NOW);
    const many = Array.from({ length: 500 }, (_, i) => `a-room-of-many-${i}`);
    expect(sign(many)).rejects.toThrow(/would have \d{5} characters, and servers take at most 6144/);
  });

  test("with its rooms as a list or as words, for us or for nobody in particular", async () => {
    expect(await verify(await secretToken({ rooms: "team-*  lobby" }))).toMatchObject({
      rooms: ["team-*", "lobby"],
    });
    expect(await verify(await secretToken({ rooms: [] }))).toMatchObject({ rooms: [] });
    for (const aud of ["scale-chat", ["shop", "scale-chat"]]) {
      expect(await verify(await secretToken({ aud }))).toEqual(grant);
    }
  });

  test("a little before its time, because clocks differ", async () => {
    expect(await verify(await secretToken({ nbf: NOW / 1000 + 29 }))).toEqual(grant);
  });
});

describe("a token is refused", () => {
  test("when it is written in another way than it was given out", async () => {
    const token = await secretToken();
    for (const place of [10, token.indexOf(".") + 5, token.length - 5]) {
      const spaced = `${token.slice(0, place)} ${token.slice(place)}`;
      expect(await verify(spaced)).toEqual({
        problem: "this is no token: a JWT has three parts between dots",
      });
    }
  });

  const cases: Array<[claims: Record<string, unknown>, sentence: string]> = [
    [{ sub: undefined }, "the token's sub is no name: it must be a string"],
    [{ sub: "" }, "a name has 1 to 64 characters"],
    [{ sub: "x".repeat(65) }, "a name has 1 to 64 characters"],
    [{ sub: "ann\u001b[31m" }, "no control characters"],
    [{ exp: undefined }, "the token has no end"],
    [{ exp: NOW / 1000 }, "the token has expired"],
    [{ nbf: NOW / 1000 + 31 }, "the token is not valid yet"],
    [{ rooms: undefined }, "the token names no rooms"],
    [{ rooms: ["a", 7] }, "the token names no rooms"],
    [{ aud: "shop" }, "the token is for another audience"],
  ];
  test.each(cases)("for its claims %p", async (more, sentence) => {
    expect(await problem(await secretToken(more))).toContain(sentence);
  });

  test("with claims of the wrong kind, however they are signed", async () => {
    // jose would not sign them.
    const { createHmac } = await import("node:crypto");
    const part = (text: string) => Buffer.from(text).toString("base64url");
    const sign = (payload: string) => {
      const head = `${part('{"alg":"HS256"}')}.${part(payload)}`;
      return `${head}.${createHmac("sha256", SECRET).update(head).digest("base64url")}`;
    };
    expect(await verify(sign(JSON.stringify(claims)))).toEqual(grant);
    const withExp = (exp: unknown) => sign(JSON.stringify({ ...claims, exp }));
    for (const exp of ["9999999999", null, true]) expect(await problem(withExp(exp))).toContain("no end");
    for (const payload of ["[]", "null", "nonsense"])
      expect(await problem(sign(payload))).toContain("no claims");
  });

  test("by another key, or changed on its way", async () => {
    const unknown = "the token is not signed with a key of this chat";
    expect(await problem(await tokenOf(claims, `${SECRET}.`, { alg: "HS256" }))).toBe(unknown);
    const [head, , signature] = (await secretToken()).split(".");
    const [, others] = (await secretToken({ sub: "bob" })).split(".");
    expect(await problem(`${head}.${others}.${signature}`)).toBe(unknown);
    expect(await problem(`${head}.${others}.`)).toBe(unknown);
  });

  test("when it would choose what its key is for", async () => {
    const unknown = "the token is not signed with a key of this chat";
    const publicOnly = keysIn(publicPem(RSA));
    // Signed with what everybody knows, as if it were a secret.
    for (const secret of [publicPem(RSA), publicPem(RSA).trim()]) {
      expect(await problem(await tokenOf(claims, secret, { alg: "HS256" }), publicOnly)).toBe(unknown);
    }
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    for (const alg of ["none", "None", "HS512", "PS256", undefined]) {
      for (const signature of ["", "AAAA"]) {
        expect(await problem(`${part({ alg })}.${part(claims)}.${signature}`)).toBe(
          "the token must be signed with HS256, RS256, EdDSA",
        );
      }
    }
    // One that brings its own key is not believed.
    const own = RSA.publicKey.export({ format: "jwk" });
    const token = await tokenOf(claims, RSA.privateKey, { alg: "RS256", jwk: own } as never);
    expect(await problem(token, keysIn(SECRET, publicPem(ED25519)))).toBe(unknown);
  });

  test("that is none, or too long", async () => {
    for (const text of ["", "a", "a.b", "a.b.c", "a.b.c.d", "....", "é.é.é"]) {
      expect(await problem(text)).toContain("this is no token");
    }
    const long = await secretToken({ more: "x".repeat(MAX_TOKEN_LENGTH) });
    expect(await problem(long)).toContain(`at most ${MAX_TOKEN_LENGTH}`);
  });

  test("with a demand that is not understood", async () => {
    const header = { alg: "HS256", crit: ["shiny"], shiny: 1 };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const { createHmac } = await import("node:crypto");
    const head = `${part(header)}.${part(claims)}`;
    const signature = createHmac("sha256", SECRET).update(head).digest("base64url");
    expect(await problem(`${head}.${signature}`)).toContain("not signed with a key");
  });
});

describe("of several keys", () => {
  const [old, young] = [`${SECRET} of old`, `${SECRET} of now`];

  test("the one that the token names counts", async () => {
    const keys = keysIn(jwkOf("old", old), jwkOf("young", young));
    const signed = (secret: string, kid?: string) =>
      tokenOf(claims, secret, { alg: "HS256", ...(kid === undefined ? {} : { kid }) });
    expect(await verify(await signed(old, "old"), keys)).toEqual(grant);
    expect(await verify(await signed(young, "young"), keys)).toEqual(grant);
    // Which key it is does not matter to one that names none.
    expect(await verify(await signed(young), keys)).toEqual(grant);
    expect(await problem(await signed(young, "old"), keys)).toContain("not signed with a key");
    expect(await problem(await signed(young, "other"), keys)).toContain("not signed with a key");
    // A PEM file or a bare secret has no name: any may be its.
    expect(await verify(await signed(young, "other"), [...keys, ...keysIn(young)])).toEqual(grant);
  });

  test("each verifies as long as it is there", async () => {
    const token = await tokenOf(claims, old, { alg: "HS256" });
    expect(await verify(token, keysIn(young, old))).toEqual(grant);
    expect(await problem(token, keysIn(young))).toContain("not signed with a key");
  });
});
