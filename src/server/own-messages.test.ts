import { beforeEach, expect, test } from "bun:test";
import type { ChatMessage } from "../protocol/message.ts";
import { type OwnMessage, OwnMessages } from "./own-messages.ts";

const SENT_AT = "2026-01-01T00:00:00.000Z";

let own: OwnMessages;
beforeEach(() => {
  own = new OwnMessages();
});

function sent(messageId: number, sender = "ann"): OwnMessage {
  const publication = { messageId, sender, text: "hi", sentAt: SENT_AT, session: "s" };
  const message: OwnMessage = {
    publication,
    connection: "c",
    receivedAt: messageId * 10,
    offset: null,
    trace: null,
  };
  own.add(message);
  return message;
}

function came(offset: number, messageId: number, sender = "ann"): ChatMessage {
  return { room: "r", offset, messageId, sender, text: "hi", sentAt: SENT_AT };
}

test("own messages are recognised among those of other servers", () => {
  const [first, second] = [sent(1), sent(2)];
  expect(own.oldest).toBe(10);
  expect(own.take(came(1, 1, "bob"))).toBeUndefined();
  expect(own.take(came(2, 1))).toBe(first);
  expect(own.oldest).toBe(20);
  expect(own.take(came(3, 7))).toBeUndefined();
  expect(own.take(came(4, 2))).toBe(second);
  expect(own.take(came(5, 2))).toBeUndefined();
  expect(own.oldest).toBeNull();
});

test("one that was refused stands in nobody's way", () => {
  const [refused, kept] = [sent(1), sent(2)];
  own.drop(refused);
  own.drop(refused);
  expect(own.take(came(1, 2))).toBe(kept);
});

test("one whose place went by is waited for no longer", () => {
  const [passed, next] = [sent(1), sent(2)];
  passed.offset = 5;
  expect(own.take(came(4, 9))).toBeUndefined();
  expect(own.oldest).toBe(10);
  expect(own.take(came(6, 2))).toBe(next);
  sent(3);
  own.clear();
  expect(own.oldest).toBeNull();
});
