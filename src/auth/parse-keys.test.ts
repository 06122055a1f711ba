import { describe, expect, test } from "bun:test";
import { createSecretKey, generateKeyPairSync } from "node:crypto";
import { parseKeys } from "./parse-keys.ts";
import { ED25519, privatePem, publicPem, RSA, SECRET } from "./test-keys.ts";

const parse = (content: string | Buffer | object) =>
  parseKeys(
    Buffer.isBuffer(content)
      ? content
      : Buffer.from(typeof content === "string" ? content : JSON.stringify(content)),
  );
const kinds = (content: Parameters<typeof parse>[0]) =>
  parse(content).map(({ id, algorithm, signing }) => [
    id,
    algorithm,
    signing === null ? "verifies" : "signs",
  ]);
const jwk = (key: { export(options: { format: "jwk" }): object }, more = {}) => ({
  ...key.export({ format: "jwk" }),
  ...more,
});

describe("a key file holds", () => {
  test("a secret, without the end of its line", () => {
    for (const text of [SECRET, `${SECRET}\n`, `${SECRET}\r\n`]) {
      expect(kinds(text)).toEqual([[null, "HS256", "signs"]]);
      expect(parse(text)[0]!.verifying.export().toString()).toBe(SECRET);
    }
    expect(parse(Buffer.alloc(32, 0xff))[0]!.verifying.symmetricKeySize).toBe(32);
  });

  test("PEM, public or private, one or several, also behind remarks", () => {
    expect(kinds(publicPem(RSA))).toEqual([[null, "RS256", "verifies"]]);
    expect(kinds(privatePem(ED25519))).toEqual([[null, "EdDSA", "signs"]]);
    expect(kinds(RSA.privateKey.export({ type: "pkcs1", format: "pem" }) as string)).toEqual([
      [null, "RS256", "signs"],
    ]);
    expect(kinds(`# the old one\n${publicPem(RSA)}\n# the new one\n${publicPem(ED25519)}`)).toEqual([
      [null, "RS256", "verifies"],
      [null, "EdDSA", "verifies"],
    ]);
  });

  test("a JWK of each kind", () => {
    expect(kinds(jwk(createSecretKey(Buffer.from(SECRET)), { kid: "one" }))).toEqual([
      ["one", "HS256", "signs"],
    ]);
    expect(kinds(jwk(RSA.publicKey, { alg: "RS256", use: "sig" }))).toEqual([[null, "RS256", "verifies"]]);
    expect(kinds(jwk(ED25519.privateKey))).toEqual([[null, "EdDSA", "signs"]]);
  });

  test("a set of them, of which those for other purposes are left out", () => {
    const { publicKey: elliptic } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const keys = [
      jwk(RSA.publicKey, { kid: "new" }),
      jwk(ED25519.publicKey, { kid: "old" }),
      jwk(RSA.publicKey, { kid: "other", use: "enc" }),
      jwk(RSA.publicKey, { kid: "strange", alg: "PS512" }),
      jwk(elliptic, { kid: "curve" }),
    ];
    expect(kinds({ keys })).toEqual([
      ["new", "RS256", "verifies"],
      ["old", "EdDSA", "verifies"],
    ]);
    expect(() => parse({ keys: keys.slice(2) })).toThrow("holds none for HS256, RS256, EdDSA");
  });
});

describe("refused, with a sentence that does not quote it, is", () => {
  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const { publicKey: elliptic } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = RSA.publicKey.export({ type: "spki", format: "der" });
  const cases: Array<[what: string, content: Parameters<typeof parse>[0], sentence: string]> = [
    ["an empty file", "", "a secret of 0 bytes, at least 32 are needed"],
    ["a short secret", "sesame\n", "a secret of 6 bytes"],
    ["a short secret in a JWK", { kty: "oct", k: "c2VzYW1l" }, "a secret of 6 bytes"],
    ["a weak RSA key", publicPem(weak), "an RSA key of 1024 bits, at least 2048"],
    [
      "another kind of key",
      elliptic.export({ type: "spki", format: "pem" }) as string,
      "only RSA and Ed25519",
    ],
    ["an RSA key for another algorithm", jwk(RSA.publicKey, { alg: "HS256" }), "it is for HS256"],
    [
      "a secret for another algorithm",
      { kty: "oct", k: SECRET.repeat(2).replaceAll(/\W/g, "_"), alg: "RS256" },
      "it is for RS256",
    ],
    ["JSON that is cut off", '{"kty":"oct"', "begins like JSON"],
    ["JSON that is no key", { secret: SECRET }, "no JWK"],
    ["a list", [jwk(RSA.publicKey)], "no key"],
    ["a set that is none", { keys: "none" }, "no list of keys"],
    ["PEM that is cut off", publicPem(RSA).slice(0, 200), "has no end"],
    ["PEM that is damaged", publicPem(RSA).replace("MII", "AAA"), "cannot be read"],
    // As the bytes of a secret, these would let everybody sign.
    ["a public key in DER", spki, "it is a public key"],
    ["a public key without its PEM lines", spki.toString("base64"), "it is a public key"],
    [
      "a public key of SSH",
      `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5${"A".repeat(43)} ann@host`,
      "it is a public key",
    ],
  ];
  test.each(cases)("%s", (_, content, sentence) => {
    expect(() => parse(content)).toThrow(sentence);
    expect(() => parse(content)).not.toThrow("sesame");
  });
});
