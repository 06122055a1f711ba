import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join, joinPlain, joinRegister, range, serve, type TestServer, until } from "./test-client.ts";
import { clientFrame, OPCODE, RawClient } from "./test-raw-client.ts";

const MAX_PAYLOAD = 1024;

let server: TestServer;
beforeEach(() => {
  server = serve({ maxPayload: MAX_PAYLOAD });
});
afterEach(() => server.stop());

/** The session still works: a message of its own comes back. */
async function isFine(client: Awaited<ReturnType<typeof join>>): Promise<void> {
  client.say("still here");
  await client.frame(({ type, message_id }) => type === "ack" && message_id === "still here", "its ack");
}

test("a ping is answered, in its place among the others, and costs no patience", async () => {
  const client = await join(server, "r");
  for (const _ of range(1, 50)) client.send({ type: "ping" });
  await client.first("pong", 50);
  await isFine(client);
  client.send({ type: "who" });
  client.send({ type: "ping" });
  await client.first("pong", 51);
  expect(client.frames.slice(-2).map(({ type }) => type)).toEqual(["presence", "pong"]);
  expect(client.of("error")).toEqual([]);
});

describe("an invalid frame", () => {
  const invalid: Array<[what: string, frame: string, code: string, messageId?: number | string]> = [
    ["nothing", "", "invalid_json"],
    ["half an object", '{"type":"message"', "invalid_json"],
    ["not JSON", "hello", "invalid_json"],
    ["an array", "[]", "invalid_frame"],
    ["null", "null", "invalid_frame"],
    ["a number", "7", "invalid_frame"],
    ["no type", '{"message_id":1,"text":"a"}', "invalid_frame"],
    ["another type", '{"type":"massage","message_id":1,"text":"a"}', "invalid_frame"],
    ["no id", '{"type":"message","text":"a"}', "invalid_message"],
    ["a fraction as id", '{"type":"message","message_id":1.5,"text":"a"}', "invalid_message"],
    ["a huge id", '{"type":"message","message_id":1e300,"text":"a"}', "invalid_message"],
    ["an empty id", '{"type":"message","message_id":"","text":"a"}', "invalid_message"],
    ["no text", '{"type":"message","message_id":1}', "invalid_message", 1],
    ["an empty text", '{"type":"message","message_id":"x","text":""}', "invalid_message", "x"],
    ["a text that is none", '{"type":"message","message_id":1,"text":{}}', "invalid_message", 1],
    ["an escape sequence", '{"type":"message","message_id":1,"text":"\\u001b[2J"}', "invalid_message", 1],
    ["half a character", '{"type":"message","message_id":1,"text":"\\ud800"}', "invalid_message", 1],
    ["deep nesting", "[".repeat(MAX_PAYLOAD), "invalid_json"],
    ["too long", `{"type":"message","text":"${"x".repeat(MAX_PAYLOAD)}"}`, "too_large"],
    ["too long in bytes", `"${"€".repeat(400)}"`, "too_large"],
  ];

  for (const [what, frame, code, messageId] of invalid) {
    test(`${what}: gets an error and costs nothing else`, async () => {
      const client = await join(server, "r", { presence: "none" });
      client.send(frame);
      const error = await client.first("error");
      expect(error).toEqual({
        type: "error",
        code,
        message: expect.stringMatching(/^\w.{10,}/),
        ...(messageId === undefined ? {} : { message_id: messageId }),
      });
      await isFine(client);
      expect(client.of("message")).toHaveLength(1);
      expect(server.stats()).toMatchObject({ errors: { [code]: 1 }, messages_in: 1 });
    });
  }

  test("binary: gets an error", async () => {
    const client = await join(server, "r");
    client.socket.send(new Uint8Array([1, 2, 3]));
    expect(await client.first("error")).toMatchObject({ code: "binary_frame" });
    await isFine(client);
  });

  test("is passed over in silence where the dialect has no words for it", async () => {
    const plain = await joinPlain(server, "/ws/r");
    for (const frame of [
      "",
      "[]",
      "{}",
      '{"text":7}',
      '{"text":"a","sender":""}',
      '{"text":"a","sent_at":"now"}',
    ]) {
      plain.send(frame);
    }
    plain.socket.send(new Uint8Array(3));
    plain.send({ text: "fine" });
    await plain.frame(({ text }) => text === "fine");
    expect(plain.frames).toHaveLength(1);

    const register = await joinRegister(server, "r");
    for (const frame of ["", "[]", "{}", '{"type":"chat"}', '{"type":"register","payload":{"chatId":""}}']) {
      register.send(frame);
    }
    register.send({ type: "chat", payload: { message: "" } });
    register.send({ type: "chat", payload: { message: "fine" } });
    await register.frame(({ message }) => message === "fine");
    expect(register.frames).toHaveLength(1);
  });

  test("after invalid frame ends the connection", async () => {
    const witness = await join(server, "r");
    const client = await join(server, "r");
    for (const _ of range(1, 30)) client.send("nonsense");
    expect(await client.ended()).toEqual({ code: 4001, reason: "too many invalid frames" });
    expect(client.of("error").length).toBeGreaterThanOrEqual(20);
    await isFine(witness);
    expect(server.stats()).toMatchObject({ closed: { 4001: 1 }, connections: 1 });
  });
});

describe("on the level of bytes", () => {
  const message = (text: string) => JSON.stringify({ type: "message", message_id: 1, text });
  const acked = (client: RawClient) =>
    until(() => client.frames.find((frame) => frame.includes('"ack"')), "the ack");

  test("bytes that dribble in are one frame", async () => {
    const client = await RawClient.open(server.port, "/ws/r");
    for (const byte of clientFrame(OPCODE.text, message("slowly"))) {
      client.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await acked(client);
    client.terminate();
  });

  test("a client that vanishes is missed", async () => {
    const client = await RawClient.open(server.port, "/ws/r");
    await until(() => client.frames.length > 0, "the welcome");
    client.terminate();
    await until(() => (server.stats() as { rooms: number }).rooms === 0, "the room to end");
  });
});
