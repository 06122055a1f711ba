import { describe, expect, test } from "bun:test";
import { closeCodes, closeRuleOf } from "./close-codes.ts";
import { decodePosition, encodePosition } from "./message.ts";
import { checkMessageId, checkName, checkRoom, checkSession, checkText, checkTimestamp } from "./text.ts";

type Check = (value: never) => string | null;

const cases: Array<[what: string, check: Check, fine: unknown[], bad: unknown[]]> = [
  [
    "room",
    checkRoom,
    ["r", " ", "a/b", "...", ".a", "ü 💬", "x".repeat(128), "💬".repeat(128), "__proto__"],
    ["", ".", "..", "a\n", "\u0000", "\u007f", "\u0085", "x".repeat(129), "💬".repeat(129), "\ud800"],
  ],
  [
    "name",
    checkName,
    ["a", " a ", "ü", "💬".repeat(64), "x".repeat(64)],
    ["", " ", "\u00a0", "a\tb", "\u001b", "x".repeat(65), "💬".repeat(65), "\udc00a"],
  ],
  [
    "session",
    checkSession,
    ["x".repeat(16), "x".repeat(64), "abc-._~ABC0123456"],
    ["", "x".repeat(15), "x".repeat(65), `${"x".repeat(20)} `, `${"x".repeat(20)}ü`, `${"x".repeat(20)}\n`],
  ],
  [
    "text",
    checkText,
    ["a", " ", "a\nb\tc", "ü💬\u202e", "x".repeat(1e5)],
    ["", "\u0000", "a\rb", "\u001b[0m", "\u009b", "\u007f", "\ud83d", null, undefined, 7, {}, ["a"]],
  ],
  [
    "message_id",
    checkMessageId,
    [0, 1, 2 ** 53 - 1, "0", "ü", "x".repeat(64)],
    [-1, 1.5, 2 ** 53, Number.NaN, Infinity, "", "x".repeat(65), "a\nb", "\ud800", null, undefined, {}, true],
  ],
  [
    "sent_at",
    checkTimestamp,
    ["2026-01-31T12:00:00Z", "2026-01-31t12:00:00.123456789z", "2026-01-31 12:00:00+01:00"],
    [
      "",
      "now",
      "2026-01-31",
      "2026-01-31T12:00:00",
      " 2026-01-31T12:00:00Z",
      "2026-01-31T12:00:00Z\n",
      0,
      null,
    ],
  ],
];

for (const [what, check, fine, bad] of cases) {
  describe(what, () => {
    for (const value of fine) {
      test(`may be ${shown(value)}`, () => expect(check(value as never)).toBeNull());
    }
    for (const value of bad) {
      test(`may not be ${shown(value)}`, () => expect(check(value as never)).toMatch(/^\w.{10,}/));
    }
  });
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 40);
}

describe("a position", () => {
  test("goes both ways", () => {
    for (const position of [
      { epoch: "a", offset: 0 },
      { epoch: "A-_9".repeat(16), offset: 999_999_999_999_999 },
    ]) {
      expect(decodePosition(encodePosition(position))).toEqual(position);
    }
  });

  test("is not anything else", () => {
    for (const text of [
      "",
      ":",
      "a",
      "a:",
      ":1",
      "a:-1",
      "a:1.5",
      "a:1e3",
      "a b:1",
      "a:b:1",
      "a:1\n",
      `${"a".repeat(65)}:1`,
      `a:${"1".repeat(16)}`,
    ]) {
      expect(decodePosition(text)).toBeNull();
    }
  });
});

describe("close codes", () => {
  test("have one rule each, and reasons that fit a close frame", () => {
    const rules = Object.values(closeCodes);
    expect(new Set(rules.map(({ code }) => code)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(closeRuleOf(rule.code)).toEqual(rule);
      expect(Buffer.byteLength(rule.reason)).toBeLessThanOrEqual(123);
    }
  });

  test("of others: a loss heals, a refusal does not", () => {
    for (const code of [1005, 1006, 1011, 1012, 4999]) expect(closeRuleOf(code).reconnect).toBe(true);
    for (const code of [1002, 1003, 1007, 1008, 1009, 1010]) expect(closeRuleOf(code).reconnect).toBe(false);
  });
});
