import { describe, expect, test } from "bun:test";
import { type Random, seededRandom } from "../lib/random.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import { join, range, serve, until } from "./test-client.ts";
import { RawClient } from "./test-raw-client.ts";

/** `FUZZ_SEED=7 bun test …` repeats a run. */
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));

const figures = (server: { stats(): object }) => server.stats() as { connections: number; rooms: number };

describe("a client that does not read", () => {
  test("is closed, and the others hear everything", async () => {
    const server = serve({ backpressureLimit: 64 * 1024, maxPayload: 64 * 1024 });
    const [speaker, listener] = [
      await join(server, "r", { presence: "none" }),
      await join(server, "r", { presence: "none" }),
    ];
    const deaf = await RawClient.connect(server.port, { reads: false });
    deaf.handshake("/ws/r?presence=none");
    await until(() => figures(server).connections === 3, "the deaf client");
    let sent = 0;
    // Far more than the buffers of the network hold.
    while (figures(server).connections === 3 && sent < 2000) {
      speaker.say(++sent, "x".repeat(50_000));
      await speaker.first("ack", sent);
    }
    expect(figures(server).connections).toBe(2);
    await listener.first("message", sent);
    expect(listener.offsets).toEqual(range(1, sent));
    deaf.terminate();
    await server.stop();
  }, 30_000);

  test("is closed under its own code, when it falls behind no faster than the server looks", async () => {
    const server = serve({ backpressureLimit: 1024 * 1024, maxPayload: 64 * 1024 });
    const speaker = await join(server, "r", { presence: "none" });
    const deaf = await RawClient.connect(server.port, { reads: false });
    deaf.handshake("/ws/r?presence=none");
    await until(() => server.stats().connections === 2, "the deaf client");
    for (let sent = 1; server.stats().connections === 2 && sent < 2000; sent++) {
      speaker.say(sent, "x".repeat(50_000));
      await speaker.first("ack", sent);
      // 200 KiB between two looks are well within what the socket layer bears.
      await Bun.sleep(5);
    }
    expect(server.stats().closed).toMatchObject({ [closeCodes.slowReader.code]: 1, 1006: 0 });
    deaf.terminate();
    await server.stop();
  }, 30_000);

  test("in the middle of its replay does not hold it in memory, and may vanish", async () => {
    const server = serve({ backpressureLimit: 64 * 1024 });
    const sentAt = "2026-01-31T12:00:00.000Z";
    for (const messageId of range(1, 400)) {
      const message = { messageId, sender: "ann", text: "x".repeat(60_000), sentAt, session: null };
      await server.broker.publish("r", message);
    }
    const deaf = await RawClient.connect(server.port, { reads: false });
    deaf.handshake("/ws/r?history=400");
    await until(() => figures(server).rooms === 1, "the deaf client");
    const other = await join(server, "r");
    other.say(1, "hello");
    await other.first("ack");
    deaf.terminate();
    await until(() => figures(server).connections === 1, "the deaf client to be gone");
    await server.stop();
  });
});

describe("nothing that a client sends ends the server", () => {
  test(`random frames, FUZZ_SEED=${SEED}`, async () => {
    const server = serve({ maxPayload: 2048, history: 50 });
    const random = seededRandom(SEED);
    const paths = ["/", "/ws", "/ws/r", "/ws/s?history=50", "/ws/r?since=x:1", "/ws/r?presence=names"];
    for (let client = 0; client < 60; client++) {
      const path = pick(random, paths);
      const raw = await RawClient.open(server.port, path, path === "/" || random() < 0.4 ? null : undefined);
      for (let frame = 0; frame < 60; frame++) {
        const opcode = random() < 0.8 ? 1 : Math.floor(random() * 16);
        raw.send(opcode, randomPayload(random), random() < 0.95);
      }
      if (random() < 0.3) raw.write(randomBytes(random));
      if (random() < 0.5) raw.terminate();
      else setTimeout(() => raw.terminate(), random() * 20);
    }
    await survives(server);
  }, 30_000);

  test(`random handshakes, FUZZ_SEED=${SEED}`, async () => {
    const server = serve();
    const random = seededRandom(SEED ^ 1);
    const whole = (path: string) =>
      `GET ${path} HTTP/1.1\r\nHost: ${pick(random, ["a", "", "[", "a b", "%", "x".repeat(300)])}\r\nUpgrade: websocket\r\n` +
      `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
      `Sec-WebSocket-Protocol: ${pick(random, ["scale-chat.v1", "", ",", "a,scale-chat.v1", "ä"])}\r\n\r\n`;
    for (let client = 0; client < 300; client++) {
      const raw = await RawClient.connect(server.port);
      const path = `/ws/${pick(random, ["r", "%", "%ff", "..", "%2e%2e/%2e", "//", "r?since=", "r?name=%00", "?", "#"])}`;
      const request = Buffer.from(
        whole(random() < 0.7 ? path : `/${randomBytes(random).toString("latin1")}`),
      );
      // Some bytes wrong, or the end missing.
      if (random() < 0.4) request[Math.floor(random() * request.length)] = Math.floor(random() * 256);
      raw.write(random() < 0.8 ? request : request.subarray(0, Math.floor(random() * request.length)));
      setTimeout(() => raw.terminate(), 5 + random() * 20);
    }
    await survives(server);
  }, 30_000);
});

/** A new client is served, and in the end nothing is left of the others. */
async function survives(server: ReturnType<typeof serve>): Promise<void> {
  await until(() => figures(server).connections === 0, "all clients to be gone");
  await until(() => figures(server).rooms === 0, "all rooms to end");
  const client = await join(server, "r");
  client.say("alive");
  await client.first("ack");
  expect(server.stats().errors.not_stored).toBe(0);
  await server.stop();
}

function randomPayload(random: Random): string | Uint8Array {
  const id = pick<unknown>(random, [1, 2, "1", "", null, -1, 1.5, {}, "x".repeat(65), "__proto__"]);
  const text = pick<unknown>(random, ["hi", "", "\u0000", "\ud800", 7, null, [], "ü€💬", "x".repeat(3000)]);
  const room = pick<unknown>(random, ["r", "s", "", "..", 7, null, "__proto__", "x".repeat(129)]);
  const frame = pick<unknown>(random, [
    { type: "message", message_id: id, text },
    { message_id: id, text, sender: text, sent_at: text, room },
    { type: "register", payload: { chatId: room } },
    { type: "chat", payload: { message: text } },
    { type: "who" },
    { type: room, payload: text },
    [{ type: "message", message_id: id, text }],
    text,
  ]);
  const json = JSON.stringify(frame) ?? "";
  if (random() < 0.7) return json;
  return random() < 0.5 ? json.slice(0, Math.floor(random() * json.length)) : randomBytes(random);
}

function randomBytes(random: Random): Buffer {
  return Buffer.from(Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(random() * 256)));
}

function pick<T>(random: Random, of: readonly T[]): T {
  return of[Math.floor(random() * of.length)]!;
}
