import { expect, test } from "bun:test";
import {
  backLine,
  cleanText,
  gapLine,
  hueOf,
  membersLine,
  newerLine,
  offlineLine,
  titleLine,
  tokenLine,
  tooLongLine,
  viaLine,
} from "./wording.ts";

test("a text keeps its lines and loses what hides or turns them", () => {
  expect(cleanText("one\r\ntwo\u2028three\n\nfive")).toBe("one\ntwo\nthree\n\nfive");
  expect(cleanText("a\u202eb\u2066c\u0007d\u001b[31me")).toBe("abcd[31me");
  expect(cleanText("<b>&amp;</b> \u{1f468}\u200d\u{1f469}")).toBe("<b>&amp;</b> \u{1f468}\u200d\u{1f469}");
});

test("whose chat it is, is said where the page is another host's", () => {
  expect(viaLine("https://lb.example.net:3000", "chat.example.org")).toBe("through lb.example.net:3000");
  expect(viaLine("http://127.0.0.1:3000", "127.0.0.1")).toBe("");
  expect(viaLine(null, "chat.example.org")).toBe("");
});

test("the entrance says why it asks for a token", () => {
  expect(tokenLine(false, "a token is needed: Authorization")).toBe("this chat asks for a token");
  expect(tokenLine(true, "the token\u202e has expired")).toBe("the token has expired; join with another one");
});

test("a lost connection says what happened and when it tries again", () => {
  expect(offlineLine("connection lost", 1400, true)).toBe("Connection lost, trying again in 2 s");
  expect(offlineLine("server is stopping", 0, true)).toBe(
    "Connection lost (server is stopping), trying again in 1 s",
  );
  expect(offlineLine("connection lost", 15_000, false)).toBe("No connection yet, trying again in 15 s");
});

test("a return says whether something is missing", () => {
  expect(backLine(true)).toBe("Back, nothing missed");
  expect(backLine(false)).toContain("missing");
  expect(gapLine({ type: "gap", from: 5, to: 5, reason: "trimmed" })).toBe("1 message is missing here");
  expect(gapLine({ type: "gap", from: 1, to: 1200, reason: "trimmed" })).toBe(
    "1,200 messages are missing here",
  );
  expect(gapLine({ type: "gap", from: 1, to: 0, reason: "epoch" })).toContain("started anew");
});

test("counts are counted in words", () => {
  expect(membersLine(1)).toBe("Only you");
  expect(membersLine(12_345)).toBe("12,345 people");
  expect(newerLine(1)).toBe("1 new message ↓");
  expect(newerLine(2)).toBe("2 new messages ↓");
  expect(titleLine("general", 0)).toBe("general · scale-chat");
  expect(titleLine("gen\u202eeral", 3)).toBe("(3) general · scale-chat");
  expect(tooLongLine(70_000, 65_536)).toBe("Too long to send: 68.4 KiB, at most 64 KiB are allowed");
});

test("a name has one of eight colours, always the same", () => {
  const names = Array.from({ length: 200 }, (_, i) => `guest-${i}`);
  const hues = new Set(names.map(hueOf));
  expect([...hues].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(hueOf("ann")).toBe(hueOf("ann"));
});
