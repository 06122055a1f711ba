import { describe, expect, test } from "bun:test";
import { escapeDangerous, excerpt, sanitise } from "./sanitise.ts";

describe("sanitise", () => {
  const cases: Array<[what: string, text: string, clean: string]> = [
    ["leaves ordinary text alone", "Jörg said: “hi” 💬 日本語", "Jörg said: “hi” 💬 日本語"],
    ["puts lines on one", "a\nb\r\n\tc\u2028\u2029d", "a b c d"],
    ["takes away escape sequences", "\u001b[2Ja\u009b31mb", "[2Ja31mb"],
    ["takes away what rings, deletes and ends", "a\u0007\u0008\u007f\u0000b", "ab"],
    ["takes away what turns the reading direction", "a\u202eb\u2066c\u200fd\u061ce", "abcde"],
    ["takes away byte-order marks", "\ufeffa", "a"],
    ["leaves nothing of nothing", "\u0000", ""],
  ];
  for (const [what, text, clean] of cases) test(what, () => expect(sanitise(text)).toBe(clean));

  test("leaves nothing that it would take away", () => {
    for (let point = 0; point < 0x3000; point++) {
      const clean = sanitise(`a${String.fromCharCode(point)}b`);
      expect(sanitise(clean)).toBe(clean);
      expect(clean).not.toMatch(/\p{Cc}|\p{Zl}|\p{Zp}|\p{Bidi_Control}/u);
    }
  });
});

test("escapeDangerous keeps what sanitise takes away, as JSON reads it", () => {
  const text = "J\u00f6rg \u009b31m \u202e \ufeff \u007f 💬";
  const escaped = escapeDangerous(JSON.stringify(text));
  expect(sanitise(escaped)).toBe(escaped);
  expect(escaped).toContain("\\u009b31m \\u202e");
  expect(JSON.parse(escaped)).toBe(text);
});

describe("excerpt", () => {
  test("is short, clean, and says when something is missing", () => {
    expect(excerpt("short")).toBe("short");
    expect(excerpt("x".repeat(40))).toBe("x".repeat(40));
    expect(excerpt("x".repeat(41))).toBe(`${"x".repeat(40)}…`);
    expect(excerpt("abcdef", 3)).toBe("abc…");
    expect(excerpt("\u001b[31m\nred")).toBe("[31m red");
  });

  test("counts characters, and never cuts one in two", () => {
    expect(excerpt("💬".repeat(40))).toBe("💬".repeat(40));
    expect(excerpt("💬".repeat(41))).toBe(`${"💬".repeat(40)}…`);
    expect(excerpt(`a${"💬".repeat(200)}`, 20).isWellFormed()).toBe(true);
    expect(excerpt(`x\u0000${"💬".repeat(2)}`, 1)).toBe("x…");
  });

  test("does not read all of a huge text", () => {
    expect(excerpt("y".repeat(10_000_000), 5)).toBe("yyyyy…");
  });
});
