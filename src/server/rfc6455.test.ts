import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join, serve, type TestServer, until } from "./test-client.ts";
import { clientFrame, OPCODE, RawClient } from "./test-raw-client.ts";

// Section by section what RFC 6455 has a server do, tried with bytes. Where it leaves a choice, docs/protocol.md says
// which was made.

const MAX_PAYLOAD = 1024;
/** From here on the connection ends instead of getting an error. */
const HARD_LIMIT = 4 * MAX_PAYLOAD;
const { text, binary, continuation, close, ping, pong } = OPCODE;
const message = (id: number | string, body = "hi") =>
  JSON.stringify({ type: "message", message_id: id, text: body });

let server: TestServer;
beforeAll(() => {
  server = serve({ maxPayload: MAX_PAYLOAD });
});
afterAll(() => server.stop());

const open = () => RawClient.open(server.port, "/ws/r?presence=none");

/** Sends `bytes` and waits until the server has closed; answers with its code, `null` for none. */
async function closedBy(...bytes: Buffer[]): Promise<number | null> {
  const client = await open();
  client.write(Buffer.concat(bytes));
  await until(() => client.ended, "the end of the connection");
  return client.closeCode;
}

/** Sends `bytes` and then a message, which has to be stored: the connection lives on. Answers with the client. */
async function borneBy(...bytes: Buffer[]): Promise<RawClient> {
  const client = await open();
  client.write(Buffer.concat([...bytes, clientFrame(text, message("after"))]));
  await until(() => client.frames.some((frame) => frame.includes('"ack","message_id":"after"')), "the ack");
  client.terminate();
  return client;
}

/** The same frame with these bits of its first byte set. */
function withBits(frame: Buffer, bits: number): Buffer {
  const changed = Buffer.from(frame);
  changed[0]! |= bits;
  return changed;
}

/** A frame as a server would send it. */
function unmasked(opcode: number, payload: string): Buffer {
  return Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), Buffer.from(payload)]);
}

/** What a close frame holds. */
function goodbye(code: number, reason: string | Buffer = ""): Buffer {
  const number = Buffer.alloc(2);
  number.writeUInt16BE(code);
  return Buffer.concat([number, Buffer.from(reason as string)]);
}

/** A frame whose length is spelled in more bytes than it needs. */
const spelledLong = (payload: string) =>
  Buffer.concat([
    Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, payload.length, 0, 0, 0, 0]),
    Buffer.from(payload),
  ]);

describe("5.1, 5.2: what breaks the form of a frame is close 1002", () => {
  test.each<[string, Buffer[]]>([
    ["a text that is not masked", [unmasked(text, message(1))]],
    ["a ping that is not masked", [unmasked(ping, "x")]],
    ["a continuation that is not masked", [clientFrame(text, "{", false), unmasked(continuation, "}")]],
    ["RSV1, with no extension agreed on", [withBits(clientFrame(text, message(1)), 0x40)]],
    ["RSV2", [withBits(clientFrame(text, message(1)), 0x20)]],
    ["RSV3", [withBits(clientFrame(text, message(1)), 0x10)]],
    ["RSV1 of a control frame", [withBits(clientFrame(ping, "x"), 0x40)]],
    [
      "RSV1 of a continuation",
      [clientFrame(text, "{", false), withBits(clientFrame(continuation, "}"), 0x40)],
    ],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Buffer[]] => [
      `the reserved opcode ${opcode}`,
      [clientFrame(opcode, "x")],
    ]),
    ["a reserved opcode that is to be continued", [clientFrame(3, "x", false)]],
  ])("%s", async (_, bytes) => {
    expect(await closedBy(...bytes)).toBe(1002);
  });

  test("5.2: a length that is spelled longer than it needs is borne: it leaves nothing unclear", async () => {
    await borneBy(spelledLong(message(1)));
  });
});

describe("5.4: fragments", () => {
  test("make one message, with control frames of either kind in between, each answered at once", async () => {
    const [head, tail] = ['{"type":"message","message_id":"in parts",', '"text":"whole"}'];
    const client = await borneBy(
      clientFrame(text, head, false),
      clientFrame(ping, "one"),
      clientFrame(continuation, "", false),
      clientFrame(pong, "unasked"),
      clientFrame(ping, "two"),
      clientFrame(continuation, tail, true),
    );
    expect(client.payloads("pong").map(String)).toEqual(["one", "two"]);
    expect(client.frames.some((frame) => frame.includes('"text":"whole"'))).toBe(true);
  });

  test.each<[string, Buffer[]]>([
    ["a continuation of nothing", [clientFrame(continuation, "x")]],
    ["the beginning of a continuation of nothing", [clientFrame(continuation, "x", false)]],
    ["a new message within another", [clientFrame(text, "{", false), clientFrame(text, "{}")]],
    ["a binary message within a text", [clientFrame(text, "{", false), clientFrame(binary, "x")]],
    ["a continuation after the end", [clientFrame(text, message(1)), clientFrame(continuation, "x")]],
  ])("%s is close 1002", async (_, bytes) => {
    expect(await closedBy(...bytes)).toBe(1002);
  });
});

describe("5.5: control frames", () => {
  test.each<[string, Buffer[]]>([
    ["a ping of more than 125 bytes", [clientFrame(ping, "x".repeat(126))]],
    ["a pong of more than 125 bytes", [clientFrame(pong, "x".repeat(126))]],
    ["a close of more than 125 bytes", [clientFrame(close, goodbye(1000, "x".repeat(124)))]],
    ["a ping in fragments", [clientFrame(ping, "x", false)]],
    ["a close in fragments", [clientFrame(close, goodbye(1000), false)]],
  ])("%s is close 1002", async (_, bytes) => {
    expect(await closedBy(...bytes)).toBe(1002);
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["bytes of any kind", Buffer.from([0, 255, 128, 10])],
    ["125 bytes", Buffer.alloc(125, "x")],
  ])("5.5.2: a ping of %s is answered by a pong of the same", async (_, payload) => {
    const client = await borneBy(clientFrame(ping, payload));
    expect(client.payloads("pong")).toEqual([payload]);
  });

  test("5.5.3: a pong that nobody asked for is passed over", async () => {
    const client = await borneBy(clientFrame(pong, "unasked"));
    expect(client.payloads("close")).toEqual([]);
  });
});

describe("5.5.1, 7.4: the close", () => {
  test.each([1000, 1001, 1002, 1003, 1007, 1011, 3000, 3999, 4000, 4999])(
    "with the code %d is answered by the same",
    async (code) => {
      expect(await closedBy(clientFrame(close, goodbye(code, "bye")))).toBe(code);
    },
  );

  test("with no code is answered by one with none", async () => {
    const client = await open();
    client.send(close, "");
    await until(() => client.ended, "the end of the connection");
    expect(client.payloads("close")).toEqual([Buffer.alloc(0)]);
  });

  test.each([0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])(
    "with %d, which nobody may send, is close 1002",
    async (code) => {
      expect(await closedBy(clientFrame(close, goodbye(code)))).toBe(1002);
    },
  );

  test("with half a code is close 1002", async () => {
    expect(await closedBy(clientFrame(close, Buffer.from([3])))).toBe(1002);
  });

  test("with a reason that is not UTF-8 is close 1007", async () => {
    expect(await closedBy(clientFrame(close, goodbye(1000, Buffer.from([0xff]))))).toBe(1007);
  });

  test("is the last that is heard: a message after it is not stored", async () => {
    const { messages_in: before } = server.stats();
    const late = [clientFrame(text, message("late")), clientFrame(ping, "late")];
    expect(await closedBy(clientFrame(close, goodbye(1000)), ...late)).toBe(1000);
    expect(server.stats().messages_in).toBe(before);
  });

  test("in the middle of a fragmented message ends both", async () => {
    expect(await closedBy(clientFrame(text, "{", false), clientFrame(close, goodbye(1000)))).toBe(1000);
  });
});

describe("5.6, 8.1: text that is not UTF-8 is close 1007", () => {
  test.each([
    ["a byte that is never used", [0x22, 0xff, 0x22]],
    ["a continuation without a beginning", [0x22, 0x80, 0x22]],
    ["half of a surrogate pair", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["an overlong slash", [0x22, 0xc0, 0xaf, 0x22]],
    ["a code point beyond the last", [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ["a character that is cut off", [0x22, 0xe2, 0x82]],
  ])("%s, in one frame and in fragments", async (_, bytes) => {
    const payload = Buffer.from(bytes);
    expect(await closedBy(clientFrame(text, payload))).toBe(1007);
    const half = payload.length >> 1;
    const parts = [clientFrame(text, payload.subarray(0, half), false)];
    parts.push(clientFrame(continuation, payload.subarray(half)));
    expect(await closedBy(...parts)).toBe(1007);
  });

  test("a character that only its fragments divide is fine", async () => {
    const whole = Buffer.from(message("divided", "€"));
    const at = whole.indexOf(0xe2) + 1;
    const parts = [clientFrame(text, whole.subarray(0, at), false)];
    parts.push(clientFrame(continuation, whole.subarray(at)));
    const client = await borneBy(...parts);
    expect(client.frames.some((frame) => frame.includes('"text":"€"'))).toBe(true);
  });

  test("binary frames may hold anything, and are an error that costs nothing else", async () => {
    const client = await borneBy(clientFrame(binary, Buffer.from([0xff, 0xfe])));
    expect(client.frames.some((frame) => frame.includes('"code":"binary_frame"'))).toBe(true);
  });
});

describe("10.4: what is too long", () => {
  test("by little is an error that costs nothing else, whole or in fragments", async () => {
    const half = "x".repeat(MAX_PAYLOAD);
    const whole = await borneBy(clientFrame(text, half + half));
    const parts = await borneBy(clientFrame(text, half, false), clientFrame(continuation, half));
    for (const client of [whole, parts]) {
      expect(client.frames.filter((frame) => frame.includes('"code":"too_large"'))).toHaveLength(1);
    }
  });

  test.each<[string, Buffer[]]>([
    ["by far", [clientFrame(text, "x".repeat(HARD_LIMIT + 1))]],
    [
      "by far, in fragments that are not",
      [
        clientFrame(text, "x".repeat(HARD_LIMIT / 2), false),
        clientFrame(continuation, "x".repeat(HARD_LIMIT / 2 + 1)),
      ],
    ],
    ["by far, and binary", [clientFrame(binary, "x".repeat(HARD_LIMIT + 1))]],
    // Told from the head alone: nobody waits for 4 GiB, and nothing is set aside for them.
    ["by its head: 4 GiB", [Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4])]],
    [
      "by its head: a length that is negative",
      [Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4])],
    ],
  ])("%s is close 1009", async (_, bytes) => {
    expect(await closedBy(...bytes)).toBe(1009);
  });
});

describe("a flood", () => {
  const FLOOD = 20_000;

  test("of pings is answered in full, and others are heard meanwhile", async () => {
    const [client, other] = [await open(), await join(server, "r", { presence: "none" })];
    const burst = Buffer.concat(Array.from({ length: 100 }, () => clientFrame(ping, "")));
    for (let sent = 0; sent < FLOOD; sent += 100) {
      client.write(burst);
      if (sent % 2000 !== 0) continue;
      other.say(sent);
      await other.frame(({ type, message_id: id }) => type === "ack" && id === sent, "the ack");
    }
    await until(() => client.payloads("pong").length === FLOOD, "all pongs");
    client.terminate();
    await other.close();
  });

  test("of empty fragments is one message", async () => {
    const empty = Array.from({ length: FLOOD }, () => clientFrame(continuation, "", false));
    const client = await borneBy(
      clientFrame(text, message("flooded"), false),
      ...empty,
      clientFrame(continuation, ""),
    );
    expect(client.frames.some((frame) => frame.includes('"ack","message_id":"flooded"'))).toBe(true);
  });
});
