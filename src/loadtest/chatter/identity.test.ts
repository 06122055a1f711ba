import { describe, expect, test } from "bun:test";
import { DIALECT_NAMES } from "../../protocol/dialect.ts";
import { dialects } from "../../protocol/dialects.ts";
import { FrameMemo, memoOfContents } from "./frame-memo.ts";
import { keyOf, MIN_TEXT_WITH_IDENTITY, textWithIdentity } from "./identity.ts";

const KEY = { sender: "k3f9.12.7", sequence: 42 };

describe("a message is recognised when it comes back", () => {
  for (const name of DIALECT_NAMES) {
    test(`in the ${name} dialect`, () => {
      const text = name === "register" ? textWithIdentity(KEY, "x".repeat(64)) : "x".repeat(64);
      const frame = dialects[name].encodeMessage({
        room: "r",
        offset: 1,
        messageId: KEY.sequence,
        sender: KEY.sender,
        text,
        sentAt: "2026-01-01T00:00:00Z",
      });
      const { messages, errors } = memoOfContents(dialects[name]).read(frame);
      expect({ keys: messages.map(keyOf), errors }).toEqual({ keys: [KEY], errors: [] });
    });
  }

  test("an identity does not change a text's length", () => {
    for (const size of [MIN_TEXT_WITH_IDENTITY, 64, 1000]) {
      expect(textWithIdentity(KEY, "x".repeat(size))).toHaveLength(size);
    }
  });

  test("the longest identity of a run fits the shortest text that is allowed", () => {
    const longest = { sender: "abcd.999999.999999", sequence: 9_999_999 };
    const text = textWithIdentity(longest, "x".repeat(MIN_TEXT_WITH_IDENTITY));
    expect(text).toHaveLength(MIN_TEXT_WITH_IDENTITY);
    expect(keyOf({ ...blank, text })).toEqual(longest);
  });

  test("other people's messages are nobody's", () => {
    expect(keyOf({ ...blank, text: "hello there, how are you" })).toBeNull();
    expect(keyOf({ ...blank, text: "" })).toBeNull();
  });
});

describe("a frame's contents", () => {
  test("a batch holds all its messages, in order; complaints are counted", () => {
    const message = (sequence: number) =>
      `{"type":"message","offset":${sequence},"message_id":${sequence},"sender":"a.0.1","text":"x","sent_at":"t","room":"r"}`;
    const error = '{"type":"error","code":"not_stored","message":"later"}';
    const contents = memoOfContents(dialects.native).read(`[${message(1)},${error},${message(2)}]`);
    expect(contents.messages.map(({ messageId }) => messageId)).toEqual([1, 2]);
    expect(contents.errors).toEqual(["later"]);
  });

  test("the same frame is decoded once, even after many others", () => {
    let decoded = 0;
    const decode = (frame: string) => {
      decoded++;
      return dialects.plain.decodeFromServer(frame);
    };
    const memo = new FrameMemo(decode, (events) => events.length > 0);
    const frame = (id: number) => `{"message_id":${id},"text":"x","sender":"a.0.1"}`;
    for (let id = 0; id < 900; id++) for (let member = 0; member < 5; member++) memo.read(frame(id));
    expect(decoded).toBe(900);
  });

  test("what is not understood holds nothing", () => {
    for (const name of DIALECT_NAMES) {
      for (const frame of ["", "{", "null", "[]", "7", '{"type":"message"}']) {
        expect(memoOfContents(dialects[name]).read(frame).messages).toEqual([]);
      }
    }
  });
});

const blank = {
  type: "message",
  offset: null,
  messageId: null,
  sender: null,
  sentAt: null,
  room: null,
} as const;
