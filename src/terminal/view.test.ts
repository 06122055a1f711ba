import { describe, expect, test } from "bun:test";
import type { RoomMessage } from "../client/connection.ts";
import { choosePaint, colourPaint, paintName, plainPaint } from "./colours.ts";
import { membersText, mentions, messageLine, noticeLine, promptText } from "./view.ts";

const style = { paint: plainPaint, timestamps: false };

function message(fields: Partial<RoomMessage>): RoomMessage {
  const sentAt = "2026-01-31T12:00:00.000Z";
  return {
    offset: 1,
    messageId: 1,
    sender: "bob",
    text: "hi",
    sentAt,
    own: false,
    history: false,
    ...fields,
  };
}

describe("messageLine", () => {
  test("the gutter says whose it is", () => {
    expect(messageLine(message({}), "ann", style)).toBe("  bob: hi");
    expect(messageLine(message({ own: true, sender: "ann" }), "ann", style)).toBe("✓ ann: hi");
    expect(messageLine(message({ text: "hi Ann!" }), "ann", style)).toBe("@ bob: hi Ann!");
  });

  test("the past is no news: it neither mentions nor confirms", () => {
    expect(messageLine(message({ text: "ann?", history: true }), "ann", style)).toBe("  bob: ann?");
  });

  test("nothing from outside reaches the terminal as a command", () => {
    const hostile = message({
      sender: "b\u001b[2Job\u202e",
      text: "one\ntwo\u001b]0;title\u0007\u009b31m\rthree",
    });
    expect(messageLine(hostile, "ann", style)).toBe("  b[2Job: one two]0;title31m three");
    expect(messageLine(message({ sender: "\u200f\u001b" }), "ann", style)).toBe("  ?: hi");
  });

  test("a name is not longer than a name may be", () => {
    expect(messageLine(message({ sender: "x".repeat(1000) }), "ann", style)).toBe(`  ${"x".repeat(64)}…: hi`);
  });

  test("timestamps are local times of day; what is no time is shown as none", () => {
    const timed = { ...style, timestamps: true };
    const local = new Date("2026-01-31T12:00:00.000Z").toTimeString().slice(0, 8);
    expect(messageLine(message({}), "ann", timed)).toBe(`  ${local} bob: hi`);
    expect(messageLine(message({ sentAt: "\u001b[31m" }), "ann", timed)).toBe("  --:--:-- bob: hi");
  });
});

test("noticeLine takes the commands out too", () => {
  expect(noticeLine("gone \u001b[31m(why)", style)).toBe("* gone [31m(why)");
});

describe("promptText", () => {
  const status = { room: "lobby", online: true, tries: 0, members: 12, sending: 0 };
  const cases: Array<[Partial<typeof status> | { members: null }, string]> = [
    [{}, "lobby (12) > "],
    [{ members: null }, "lobby > "],
    [{ sending: 2 }, "lobby (12) (2 sending) > "],
    [{ online: false, tries: 1 }, "lobby (offline) > "],
    [{ online: false, tries: 3, sending: 1 }, "lobby (offline, try 3) (1 sending) > "],
    [{ room: "r".repeat(100) }, `${"r".repeat(24)}… (12) > `],
    [{ room: "a\u001b[1mb" }, "a[1mb (12) > "],
  ];
  test.each(cases)("%j is %j", (fields, prompt) => {
    expect(promptText({ ...status, ...fields }, plainPaint)).toBe(prompt);
  });
});

test("membersText names everyone once", () => {
  expect(membersText(3, ["ann", "bob", "bob"])).toBe("3 here: ann, bob (2 times)");
  expect(membersText(500, undefined)).toBe("500 here; the room is too large to name them");
});

describe("mentions", () => {
  const cases: Array<[text: string, name: string, mentioned: boolean]> = [
    ["ann, look", "ann", true],
    ["@ANN", "ann", true],
    ["banner", "ann", false],
    ["anna", "ann", false],
    ["ann-marie is here", "ann-marie", true],
    ["a+b", "a+b", true],
    ["aab", "a+b", false],
    ["Zoé!", "zoé", true],
    ["anything", " ", false],
    ["(c) [x]", "[x]", true],
  ];
  test.each(cases)("%j mentions %j: %p", (text, name, mentioned) => {
    expect(mentions(text, name)).toBe(mentioned);
  });
});

describe("colours", () => {
  test("only for people at a terminal who want them", () => {
    expect(choosePaint(true, {})).toBe(colourPaint);
    expect(choosePaint(true, { NO_COLOR: "1" })).toBe(plainPaint);
    expect(choosePaint(true, { NO_COLOR: "" })).toBe(colourPaint);
    expect(choosePaint(true, { TERM: "dumb" })).toBe(plainPaint);
    expect(choosePaint(false, {})).toBe(plainPaint);
  });

  test("a name always has the same one", () => {
    expect(paintName("ann", colourPaint)).toBe(paintName("ann", colourPaint));
    expect(paintName("ann", colourPaint)).toMatch(/^\u001b\[\d+mann\u001b\[0m$/);
    const colours = new Set(
      ["ann", "bob", "cid", "dan", "eve", "fay"].map((name) => paintName(name, (_, s) => s)),
    );
    expect(colours.size).toBeGreaterThan(2);
  });
});
