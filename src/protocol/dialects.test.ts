import { describe, expect, test } from "bun:test";
import { type Random, seededRandom } from "../lib/random.ts";
import { DIALECT_NAMES, type OutgoingMessage } from "./dialect.ts";
import { dialects } from "./dialects.ts";
import { BATCH_BYTES } from "./limits.ts";
import type { ChatMessage } from "./message.ts";
import { batchFrames, encodeServerFrame, errorFrame, native, PING_FRAME, WHO_FRAME } from "./native.ts";
import { plain } from "./plain.ts";
import { register, registerFrame, registerWelcome } from "./register.ts";

const MESSAGE: ChatMessage = {
  room: "r",
  offset: 3,
  messageId: 7,
  sender: "ann",
  text: "hi",
  sentAt: "2026-01-31T12:00:00.000Z",
};
const NOT_JSON = ["", " ", "{", "hello", "undefined", "NaN", '{"a":1}{', "\u0000", "'a'"];
const NOT_OBJECTS = ["null", "1", '"a"', "[]", "[{}]", "true"];

describe("native", () => {
  test("reads what clients send", () => {
    const message = { type: "message", messageId: 7, text: "hi", sender: null, sentAt: null };
    expect(native.decodeFromClient('{"type":"message","message_id":7,"text":"hi"}')).toEqual(
      message as never,
    );
    // Who and when are not the client's to say.
    const more = '{"type":"message","message_id":7,"text":"hi","sender":"eve","sent_at":"x","more":1}';
    expect(native.decodeFromClient(more)).toEqual(message as never);
    expect(native.decodeFromClient(WHO_FRAME)).toEqual({ type: "who" });
    expect(native.decodeFromClient(PING_FRAME)).toEqual({ type: "ping" });
    expect(native.decodeFromServer(encodeServerFrame({ type: "pong" }))).toEqual([{ type: "pong" }]);
  });

  test("names the message in a problem where it can", () => {
    const frame = '{"type":"message","message_id":"x","text":""}';
    expect(native.decodeFromClient(frame)).toMatchObject({ code: "invalid_message", messageId: "x" });
    const unnamed = '{"type":"message","message_id":-1,"text":"a"}';
    expect(native.decodeFromClient(unnamed)).toMatchObject({ code: "invalid_message", messageId: null });
  });

  test("writes a message as it stands in the table", () => {
    expect(native.encodeMessage(MESSAGE)).toBe(
      '{"type":"message","offset":3,"message_id":7,"sender":"ann","text":"hi","sent_at":"2026-01-31T12:00:00.000Z","room":"r"}',
    );
  });

  test("reads frames and batches of them, and passes over what it does not know", () => {
    const { offset, messageId, sender, text, sentAt, room } = MESSAGE;
    const event = { type: "message" as const, offset, messageId, sender, text, sentAt, room };
    const encoded = native.encodeMessage(MESSAGE);
    expect(native.decodeFromServer(encoded)).toEqual([event]);
    expect(native.decodeFromServer(`[${encoded},{"type":"new"},7,null,${encoded}]`)).toEqual([event, event]);
    for (const frame of [
      { type: "ack", message_id: "a", offset: 1 },
      { type: "presence", members: 1 },
      { type: "redistribute", reason: "full", redirect: "ws://h", within_ms: 5 },
      { type: "gap", from: 1, to: 2, reason: "trimmed" },
      errorFrame("not_stored", "why", 1, true),
    ] as const) {
      expect(native.decodeFromServer(encodeServerFrame(frame))).toEqual([frame]);
    }
  });

  test("does not believe a server everything", () => {
    const { offset: _, ...headless } = JSON.parse(native.encodeMessage(MESSAGE));
    const frames = [headless, { ...headless, offset: "3" }, { type: "ack", offset: 1 }, { type: "welcome" }];
    const more = [
      { type: "gap", from: 1 },
      { type: "presence" },
      { type: "presence", members: 1, names: "ann" },
      { type: "presence", members: 1, names: [7] },
      { type: "error", code: 1, message: "a" },
      {},
    ];
    expect(native.decodeFromServer(JSON.stringify([...frames, ...more]))).toEqual([]);
  });
});

describe("plain", () => {
  test("reads a message, and leaves what was left out to the server", () => {
    const whole =
      '{"message_id":7,"text":"hi","sender":"ann","sent_at":"2026-01-31T12:00:00Z","room":"other"}';
    expect(plain.decodeFromClient(whole)).toEqual({
      type: "message",
      messageId: 7,
      text: "hi",
      sender: "ann",
      sentAt: "2026-01-31T12:00:00Z",
    });
    const bare = { type: "message", messageId: null, text: "hi", sender: null, sentAt: null };
    expect(plain.decodeFromClient('{"text":"hi"}')).toEqual(bare as never);
    const nulls = '{"text":"hi","message_id":null,"sender":null,"sent_at":null}';
    expect(plain.decodeFromClient(nulls)).toEqual(bare as never);
  });

  test("writes the same object", () => {
    expect(plain.encodeMessage(MESSAGE)).toBe(
      '{"message_id":7,"text":"hi","sender":"ann","sent_at":"2026-01-31T12:00:00.000Z","room":"r"}',
    );
  });

  for (const frame of [
    "{}",
    '{"text":1}',
    '{"text":"a","message_id":-1}',
    '{"text":"a","sender":7}',
    '{"text":"a","sender":" "}',
    '{"text":"a","sent_at":"yesterday"}',
  ]) {
    test(`does not take ${frame}`, () => {
      expect(plain.decodeFromClient(frame)).toMatchObject({ type: "invalid", code: "invalid_message" });
    });
  }

  test("takes little from a server, but no nonsense", () => {
    const nothing = { offset: null, messageId: null, sender: null, sentAt: null, room: null };
    expect(plain.decodeFromServer('{"text":"a","message_id":{},"sender":7}')).toEqual([
      { type: "message", text: "a", ...nothing },
    ]);
    expect(plain.decodeFromServer('{"message":"a"}')).toEqual([]);
  });
});

describe("register", () => {
  test("chooses a room, then talks", () => {
    expect(register.decodeFromClient(registerFrame("a room"))).toEqual({ type: "register", room: "a room" });
    expect(register.decodeFromClient('{"type":"chat","payload":{"message":"hi"}}')).toEqual({
      type: "message",
      text: "hi",
      messageId: null,
      sender: null,
      sentAt: null,
    });
    expect(register.encodeMessage(MESSAGE)).toBe('{"message":"hi"}');
  });

  test("is greeted and told where to go", () => {
    expect(registerWelcome("T")).toBe('{"type":"welcome","connected_at":"T"}');
    expect(register.decodeFromServer(registerWelcome("T"))).toEqual([{ type: "connected" }]);
    const order = '{"type":"redistribute","payload":{"reason":"full","redirect":"ws://h"}}';
    expect(register.decodeFromServer(order)).toEqual([
      { type: "redistribute", reason: "full", redirect: "ws://h", within_ms: 0 },
    ]);
    expect(register.decodeFromServer('{"type":"redistribute","payload":{}}')).toEqual([]);
  });

  for (const frame of [
    "{}",
    '{"type":"chat"}',
    '{"type":"chat","payload":[]}',
    '{"type":"register","payload":{}}',
    '{"type":"register","payload":{"chatId":7}}',
    '{"type":"register","payload":{"chatId":""}}',
    '{"type":"chat","payload":{"message":""}}',
    '{"type":"talk","payload":{}}',
  ]) {
    test(`does not take ${frame}`, () => {
      expect(register.decodeFromClient(frame)).toMatchObject({ type: "invalid", messageId: null });
    });
  }
});

for (const name of DIALECT_NAMES) {
  const dialect = dialects[name];
  describe(`${name}, as every dialect`, () => {
    test("says what is wrong with a frame that is not one JSON object", () => {
      expect(dialect.name).toBe(name);
      for (const frame of NOT_JSON)
        expect(dialect.decodeFromClient(frame)).toMatchObject({ code: "invalid_json" });
      for (const frame of NOT_OBJECTS) {
        expect(dialect.decodeFromClient(frame)).toMatchObject({ code: "invalid_frame" });
      }
      for (const frame of [...NOT_JSON, ...NOT_OBJECTS]) expect(dialect.decodeFromServer(frame)).toEqual([]);
    });

    test("bears fields that cannot even be made a string", () => {
      // JSON.parse makes of it an object that `String(…)` throws at.
      const odd = '{"toString":1,"valueOf":1}';
      const welcome = '"type":"welcome","epoch":"e","offset":1,"name":"n"';
      for (const frame of [
        `{${welcome},"connection_id":${odd},"server_id":${odd},"room":${odd},"limits":${odd}}`,
        `{"type":"redistribute","redirect":"ws://a","reason":"r","within_ms":${odd}}`,
        `{"type":"redistribute","payload":{"redirect":"ws://a","reason":${odd}}}`,
        `{"type":"gap","from":1,"to":2,"reason":"epoch","epoch":${odd}}`,
        `{"type":"error","code":"c","message":"m","message_id":${odd}}`,
      ]) {
        expect(JSON.stringify(dialect.decodeFromServer(frame))).not.toContain("toString");
      }
    });

    test("carries any text both ways", () => {
      const random = seededRandom(11);
      for (let round = 0; round < 500; round++) {
        const text = randomText(random);
        const message: OutgoingMessage = {
          ...MESSAGE,
          text,
          messageId: round % 2 ? round : `"ü💬${round}`,
        };
        const received = dialect.decodeFromClient(dialect.encodeFromClient(message));
        expect(received).toMatchObject({ type: "message", text });
        if (name !== "register") expect(received).toMatchObject({ messageId: message.messageId });
        const [event] = dialect.decodeFromServer(dialect.encodeMessage({ ...MESSAGE, ...message }));
        expect(event).toMatchObject({ type: "message", text });
      }
    });
  });
}

describe("batchFrames", () => {
  test("keeps the frames, in order, in as few as fit", () => {
    const random = seededRandom(5);
    for (let round = 0; round < 100; round++) {
      const count = Math.floor(random() * 60);
      const frames = Array.from({ length: count }, (_, id) =>
        JSON.stringify({ id, x: "x".repeat(random() ** 4 * 20_000) }),
      );
      const batches = [...batchFrames(frames)];
      const parsed = batches.flatMap((batch) => JSON.parse(batch));
      expect(parsed.map(({ id }) => id)).toEqual(frames.map((_, id) => id));
      for (const [index, batch] of batches.entries()) {
        if (batch.startsWith("[")) expect(batch.length).toBeLessThanOrEqual(BATCH_BYTES + 2);
        const next = batches[index + 1];
        if (next !== undefined) expect(batch.length + next.length).toBeGreaterThan(BATCH_BYTES);
      }
    }
  });

  test("leaves one frame alone, and nothing at all", () => {
    expect([...batchFrames([])]).toEqual([]);
    expect([...batchFrames(['{"a":1}'])]).toEqual(['{"a":1}']);
    expect([...batchFrames(["{}", "{}"])]).toEqual(["[{},{}]"]);
  });
});

/** Any characters that a text may hold, from all planes. */
function randomText(random: Random): string {
  const points = Array.from({ length: 1 + Math.floor(random() * 40) }, () =>
    Math.floor(random() ** 4 * 0x110000),
  );
  const allowed = points.filter(
    (point) => (point >= 0x20 && point < 0x7f) || (point > 0x9f && (point < 0xd800 || point > 0xdfff)),
  );
  return String.fromCodePoint(...allowed, 0x09, 0x0a, 0x22, 0x5c);
}
