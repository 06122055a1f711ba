import { afterEach, beforeEach, expect, test } from "bun:test";
import { range, serve, type TestServer, until } from "./test-client.ts";
import { clientFrame, OPCODE, RawClient } from "./test-raw-client.ts";

let server: TestServer;
let client: RawClient;
beforeEach(async () => {
  server = serve();
  client = await RawClient.open(server.port, "/ws/r?presence=none");
});
afterEach(async () => {
  client.terminate();
  await server.stop();
});

/** Says so many messages in one go. */
function say(count: number): void {
  const message = (id: number) => JSON.stringify({ type: "message", message_id: id, text: "hello" });
  client.write(Buffer.concat(range(1, count).map((id) => clientFrame(OPCODE.text, message(id)))));
}

/** The frames that acknowledge something, and what they acknowledge. */
function acks() {
  const frames = client.frames.map((frame) => [JSON.parse(frame)].flat());
  const acking = frames.map((events) => events.filter(({ type }) => type === "ack"));
  const some = acking.filter((events) => events.length > 0);
  return { frames: some.length, ids: some.flat().map(({ message_id: id }) => id) };
}

test("messages that come together are acknowledged together, in order", async () => {
  say(200);
  await until(() => acks().ids.length === 200, "all acknowledgements");
  expect(acks().ids).toEqual(range(1, 200));
  expect(acks().frames).toBeLessThan(100);
});

test("one alone is acknowledged by itself, in a frame that is no array", async () => {
  say(1);
  await until(() => acks().ids.length === 1, "the acknowledgement");
  expect(client.frames.some((frame) => frame.startsWith('{"type":"ack"'))).toBe(true);
});
