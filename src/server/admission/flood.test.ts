import { afterEach, expect, test } from "bun:test";
import { join, joinPlain, range, serve, type TestServer, until } from "../test-client.ts";
import { OPCODE, RawClient } from "../test-raw-client.ts";

let server: TestServer;
afterEach(() => server.stop());

test("a native client is told which message was too much, and ended when it goes on", async () => {
  server = serve({ messagesPerSecond: 1 });
  const listener = await join(server, "tea");
  const flooder = await join(server, "tea", { session: "0123456789abcdef" });
  for (const id of range(1, 25)) flooder.say(id);
  const refusal = await flooder.frame(({ code }) => code === "rate_limited", "the refusal");
  expect(refusal).toEqual({
    type: "error",
    code: "rate_limited",
    message: expect.stringContaining("1 message"),
    message_id: 6,
    retryable: true,
  });
  await listener.first("message", 5);
  for (const id of range(26, 40)) flooder.say(id);
  expect(await flooder.ended()).toEqual({ code: 4429, reason: "too many messages" });
  expect(listener.texts).toEqual(range(1, 5).map((id) => `text ${id}`));
  expect(server.stats()).toMatchObject({ closed: { 4429: 1 }, errors: { rate_limited: expect.any(Number) } });
});

test("what comes behind a message that was too much does not overtake it", async () => {
  server = serve({ bytesPerSecond: 2000, maxPayload: 1000 });
  const client = await join(server, "tea", { session: "0123456789abcdef" });
  const long = "x".repeat(900);
  // The eleventh does not fit any more; the short one behind it would.
  for (const id of range(1, 11)) client.say(id, long);
  client.say(12, "short");
  const refused = await client.frame(
    ({ message_id, type }) => type === "error" && message_id === 12,
    "its refusal",
  );
  expect(refused).toMatchObject({ code: "not_stored", retryable: true });
  await until(async () => {
    const stored = client.of("ack").length;
    if (stored < 11) client.say(11, long);
    await Bun.sleep(20);
    return stored === 11;
  }, "the eleventh to be stored");
  client.say(12, "short");
  await client.first("message", 12);
  expect(client.texts).toEqual([...range(1, 11).map(() => long), "short"]);
});

test.each([
  ["pings", OPCODE.ping, { messagesPerSecond: 1 }],
  ["pongs", OPCODE.pong, { bytesPerSecond: 100, maxPayload: 100 }],
] as const)("%s count, also those without a payload", async (_, opcode, limits) => {
  server = serve(limits);
  const client = await RawClient.open(server.port, "/ws/tea");
  for (let i = 0; i < 150; i++) client.send(opcode, "");
  await until(() => server.stats().closed[4429] === 1, "the end");
});

test("the other dialects have no words for it, and are ended at once", async () => {
  server = serve({ messagesPerSecond: 1 });
  const client = await joinPlain(server, "/ws/tea");
  for (const id of range(1, 6)) client.send({ text: "hi", message_id: id });
  expect((await client.ended()).code).toBe(4429);
});
