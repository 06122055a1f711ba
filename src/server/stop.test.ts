import { describe, expect, test } from "bun:test";
import type { Broker } from "../broker/broker.ts";
import { MemoryBroker } from "../broker/memory/memory-broker.ts";
import { systemClock } from "../lib/clock.ts";
import { seededRandom } from "../lib/random.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import { connect, join, joinPlain, joinRegister, range, serve, TestClient, until } from "./test-client.ts";
import { RawClient } from "./test-raw-client.ts";

/** A memory broker some of whose calls do something else. */
function brokerWith(changed: (real: Broker) => Partial<Broker>): Broker {
  const real: Broker = new MemoryBroker({ history: 100 }, systemClock, seededRandom(1));
  return {
    problem: null,
    figures: real.figures,
    publish: (...call) => real.publish(...call),
    subscribe: (...call) => real.subscribe(...call),
    history: (...call) => real.history(...call),
    close: () => real.close(),
    ...changed(real),
  };
}

const unreachable = () => Promise.reject(new Error("the log cannot be reached"));
const figures = (server: { stats(): object }) => server.stats() as { connections: number; rooms: number };

test("a log that is started again while a client catches up: it is asked to come back", async () => {
  const broker = brokerWith((real) => ({
    history: async (...call) => ({ ...(await real.history(...call)), epoch: "another" }),
  }));
  const server = serve({}, { broker });
  const client = connect(server, "r", { history: "5" });
  await until(() => client.closed !== null, "the goodbye");
  expect(client.closed!.code).toBe(closeCodes.unavailable.code);
  expect(server.stats().errors).toMatchObject({ room_unavailable: 1 });
  await server.stop();
});

test("a client that is ahead of the room's subscription hears nothing twice", async () => {
  let release = () => {};
  const broker = brokerWith((real) => ({
    subscribe: (room, onMessages, onGap) => {
      const held: Array<Parameters<typeof onMessages>[0]> = [];
      let deliver: typeof onMessages = (messages) => {
        held.push(messages);
      };
      release = () => {
        deliver = onMessages;
        for (const messages of held) onMessages(messages);
      };
      return real.subscribe(room, (messages) => deliver(messages), onGap);
    },
  }));
  const server = serve({}, { broker });
  const first = await join(server, "r");
  for (const id of [1, 2, 3, 4, 5]) first.say(id);
  await first.first("ack", 5);
  // It has read up to 3 at another server, whose subscription was faster.
  const ahead = await join(server, "r", { since: `${first.welcome.epoch}:3` });
  release();
  await first.first("message", 5);
  await ahead.first("message", 2);
  first.say(6);
  await ahead.frame(({ offset }) => offset === 6, "the next one");
  expect(ahead.offsets).toEqual([4, 5, 6]);
  expect(first.offsets).toEqual([1, 2, 3, 4, 5, 6]);
  await server.stop();
});

describe("stopping, with another server to go to", () => {
  test("each dialect is told in its own words, the plain one not at all", async () => {
    const server = serve({ drainTo: "ws://127.0.0.1:9", drainTimeout: 300 });
    const native = await join(server, "r", { presence: "none" });
    const plain = await joinPlain(server, "/ws/r");
    const register = await joinRegister(server, "r");
    await server.stop();
    expect(await native.first("redistribute")).toMatchObject({
      reason: "this server is stopping",
      redirect: "ws://127.0.0.1:9",
    });
    expect(register.frames).toContainEqual({
      type: "redistribute",
      payload: { reason: "this server is stopping", redirect: "ws://127.0.0.1:9" },
    });
    expect(plain.frames.every((frame) => "text" in frame)).toBe(true);
    for (const client of [native, plain, register]) {
      await until(() => client.closed !== null, "the goodbye");
      expect(client.closed!.code).toBe(closeCodes.serverStopping.code);
    }
  });
});

describe("stopping", () => {
  test("stores and acknowledges what was accepted, refuses the new, then says goodbye", async () => {
    const gate = Promise.withResolvers<void>();
    const broker = brokerWith((real) => ({
      publish: async (room, message) => {
        if (message.text.startsWith("slow")) await gate.promise;
        return real.publish(room, message);
      },
    }));
    const server = serve({}, { broker });
    const native = await join(server, "r", { presence: "none" });
    const plain = await joinPlain(server, "/ws/r");
    const register = await joinRegister(server, "s");
    native.say(1, "slow 1");
    native.say(2, "slow 2");
    await until(() => (server.stats() as { messages_in: number }).messages_in >= 4, "the messages to arrive");

    const stopped = server.stop();
    const late = await RawClient.connect(server.port);
    late.handshake("/ws/r");
    await until(() => late.text.includes("}"), "the refusal");
    expect(late.text).toStartWith("HTTP/1.1 503 ");
    expect(late.text.toLowerCase()).toContain("retry-after: 1\r\n");
    const ready = await fetch(`http://127.0.0.1:${server.adminPort}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { ready: false, reason: "this server is stopping" },
    ]);
    gate.resolve();
    await stopped;

    for (const client of [native, plain, register]) {
      expect(await client.ended()).toEqual({ code: 1001, reason: "server is stopping" });
    }
    expect(native.of("ack").map(({ message_id }) => message_id)).toEqual([1, 2]);
    expect(plain.frames.map(({ text }) => text)).toEqual(["slow 1", "slow 2"]);
    expect((await broker.history("r", null, 10)).messages.map(({ text }) => text)).toEqual([
      "here I am",
      "slow 1",
      "slow 2",
    ]);
    expect(figures(server)).toMatchObject({ connections: 0, rooms: 0 });
    await serve({ port: server.port, adminPort: server.adminPort }).stop();
  });

  test("while everyone talks loses nothing that was acknowledged", async () => {
    const server = serve({ history: 10_000 });
    const clients = await Promise.all(range(1, 5).map(() => join(server, "r", { presence: "none" })));
    for (const id of range(1, 500)) for (const client of clients) client.say(id);
    await clients[0]!.first("ack");
    await server.stop();
    const { messages } = await server.broker.history("r", null, 10_000);
    const stored = new Set(messages.map(({ offset }) => offset));
    for (const client of clients) {
      expect((await client.ended()).code).toBe(1001);
      for (const { offset } of client.of("ack")) expect(stored.has(offset)).toBe(true);
    }
  });

  test("does not wait for a client that never answers", async () => {
    const server = serve({ drainTimeout: 60_000 });
    const mute = await RawClient.open(server.port, "/ws/r");
    await server.stop();
    await until(() => mute.ended || mute.closeCode === 1001, "the end of the connection");
    mute.terminate();
  });

  test("cuts what is not done in time", async () => {
    const broker = brokerWith(() => ({ publish: () => new Promise(() => {}) }));
    const server = serve({ drainTimeout: 50 }, { broker });
    const client = await join(server, "r");
    client.say(1);
    await until(() => (server.stats() as { messages_in: number }).messages_in === 1, "the message to arrive");
    await server.stop();
    await client.ended();
    expect(client.of("ack")).toEqual([]);
  });

  test("finds clients on their way in", async () => {
    const gate = Promise.withResolvers<void>();
    const broker = brokerWith((real) => ({
      subscribe: (...call) => gate.promise.then(() => real.subscribe(...call)),
    }));
    const server = serve({}, { broker });
    const client = connect(server, "r");
    await until(() => figures(server).connections === 1, "the client");
    await server.stop();
    expect((await client.ended()).code).toBe(1001);
    gate.resolve();
    await until(() => figures(server).rooms === 0, "the room to be given up");
  });
});

describe("when the log cannot be reached", () => {
  test("nobody is let in, and the next try starts afresh", async () => {
    let broken = true;
    const broker = brokerWith((real) => ({
      subscribe: (...call) => (broken ? unreachable() : real.subscribe(...call)),
    }));
    const server = serve({}, { broker });
    const clients = [...range(1, 3).map(() => connect(server, "r")), new TestClient(`${server.url}/ws/r`)];
    for (const client of clients)
      expect(await client.ended()).toEqual({ code: 1013, reason: "try again later" });
    expect(figures(server)).toMatchObject({ connections: 0, rooms: 0 });
    // Who does not go when asked to does not keep others out.
    const mute = await RawClient.open(server.port, "/ws/r");
    await until(() => mute.payloads("close").length > 0, "the goodbye");
    broken = false;
    const client = await join(server, "r");
    mute.terminate();
    client.say(1);
    await client.first("ack");
    await server.stop();
  });

  test("without its history a client is asked to come back", async () => {
    const server = serve({}, { broker: brokerWith(() => ({ history: unreachable })) });
    const client = connect(server, "r", { history: "10" });
    expect((await client.ended()).code).toBe(1013);
    await until(() => figures(server).rooms === 0, "the room to end");
    await server.stop();
  });

  test("what was sent behind a message that was refused is not stored before it", async () => {
    let broken = true;
    const broker = brokerWith((real) => ({
      publish: (...call) => (broken ? unreachable() : real.publish(...call)),
    }));
    const server = serve({}, { broker });
    const client = await join(server, "r", { session: "0123456789abcdef" });
    client.say(1);
    await client.first("error");
    // On their way before the client knew.
    broken = false;
    for (const id of [2, 3]) client.say(id);
    expect(await client.first("error", 3)).toMatchObject({ message_id: 3, retryable: true });
    for (const id of [1, 2, 3]) client.say(id);
    await client.first("message", 3);
    expect(client.texts).toEqual(["text 1", "text 2", "text 3"]);
    await server.stop();
  });

  test("a message is refused, and may be sent again", async () => {
    let broken = true;
    const broker = brokerWith((real) => ({
      publish: (...call) => (broken ? unreachable() : real.publish(...call)),
    }));
    const server = serve({}, { broker });
    const client = await join(server, "r");
    client.say(1);
    expect(await client.first("error")).toEqual({
      type: "error",
      code: "not_stored",
      message: "the message was not stored; send it again",
      message_id: 1,
      retryable: true,
    });
    broken = false;
    client.say(1);
    expect(await client.first("ack")).toMatchObject({ message_id: 1, offset: 1 });
    await server.stop();
  });

  test("a client that left meanwhile leaves nothing behind", async () => {
    const gate = Promise.withResolvers<void>();
    const broker = brokerWith((real) => ({
      subscribe: (...call) => gate.promise.then(() => real.subscribe(...call)),
    }));
    const server = serve({}, { broker });
    const client = connect(server, "r");
    await until(() => figures(server).connections === 1, "the client");
    client.socket.close();
    gate.resolve();
    await client.ended();
    await until(() => figures(server).connections === 0, "the client to be gone");
    await until(() => figures(server).rooms === 0, "the room to be given up");
    await server.stop();
  });
});
