import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { seededRandom } from "../lib/random.ts";
import {
  connect,
  type Frame,
  join,
  joinPlain,
  range,
  serve,
  TestClient,
  type TestServer,
  until,
} from "./test-client.ts";

const HISTORY = 1000;
const SESSION = "session-0123456789";

let server: TestServer;
beforeEach(() => {
  server = serve({ history: HISTORY });
});
afterEach(() => server.stop());

async function publish(
  room: string,
  count: number,
  text = (number: number) => `text ${number}`,
): Promise<void> {
  const sentAt = "2026-01-31T12:00:00.000Z";
  for (const number of range(1, count)) {
    const message = { messageId: number, sender: "ann", text: text(number), sentAt, session: null };
    await server.broker.publish(room, message);
  }
}

describe("welcome", () => {
  test("says who, where and how far", async () => {
    await publish("r", 3);
    const { welcome } = await join(server, "r", { name: "ann" });
    expect(welcome).toEqual({
      type: "welcome",
      connection_id: expect.stringMatching(/^[0-9a-z]{12}$/),
      server_id: expect.stringMatching(/^[0-9a-z]{8}$/),
      room: "r",
      name: "ann",
      epoch: expect.stringMatching(/^[0-9a-z]{8}$/),
      offset: 3,
      replay: 0,
      recovered: false,
      limits: { max_payload: 64 * 1024, history: HISTORY },
    });
    expect((await join(server, "r")).welcome.name).toMatch(/^guest-[0-9a-z]{4}$/);
  });
});

describe("acks", () => {
  test("carry the offset, also of a message sent again after a reconnect", async () => {
    const witness = await join(server, "r", { presence: "none" });
    const first = await join(server, "r", { session: SESSION });
    first.say(1, "once");
    expect(await first.first("ack")).toEqual({ type: "ack", message_id: 1, offset: 1 });
    first.say("1", "twice");
    expect(await first.first("ack", 2)).toEqual({ type: "ack", message_id: "1", offset: 2 });
    first.say(1, "once");
    expect(await first.first("ack", 3)).toEqual({ type: "ack", message_id: 1, offset: 1 });
    await first.close();
    const second = await join(server, "r", { session: SESSION });
    second.say("1", "twice");
    expect(await second.first("ack")).toEqual({ type: "ack", message_id: "1", offset: 2 });
    second.say(3, "last");
    await witness.first("message", 3);
    expect(witness.texts).toEqual(["once", "twice", "last"]);
  });

  test("without a session, an id is known for as long as the connection", async () => {
    const [one, two] = [await join(server, "r"), await join(server, "r")];
    for (const client of [one, two]) {
      client.say(1);
      client.say(1);
      await client.first("ack", 2);
    }
    expect(one.of("ack").map(({ offset }) => offset)).toEqual([1, 1]);
    expect(two.of("ack").map(({ offset }) => offset)).toEqual([2, 2]);
  });

  test("the ids of plain clients are not compared", async () => {
    const plain = await joinPlain(server, "/ws/r");
    plain.send({ message_id: 1, text: "a" });
    plain.send({ message_id: 1, text: "a" });
    await plain.frame(({ text }) => text === "a", "the second", 2);
  });
});

describe("history", () => {
  test("the last n come first, then what is said", async () => {
    await publish("r", 30);
    const client = await join(server, "r", { history: "5" });
    expect(client.welcome).toMatchObject({ offset: 30, replay: 5, recovered: false });
    client.say(1, "new");
    await client.first("message", 6);
    expect(client.offsets).toEqual(range(26, 31));
    expect(client.of("gap")).toEqual([]);
  });

  test("more than there are is all", async () => {
    await publish("r", 3);
    const client = await join(server, "r", { history: "1000" });
    await client.first("message", 3);
    expect(client.welcome).toMatchObject({ offset: 3, replay: 3 });
    const empty = await join(server, "empty", { history: "1000" });
    expect(empty.welcome).toMatchObject({ offset: 0, replay: 0 });
  });

  test("is not limited by what may wait for a slow client", async () => {
    // 10 MB, ten times the limit.
    await publish("r", HISTORY, (number) => `${number} `.padEnd(10_000, "x"));
    const client = await join(server, "r", { history: String(HISTORY) });
    await client.first("message", HISTORY);
    expect(client.offsets).toEqual(range(1, HISTORY));
  });
});

describe("resuming", () => {
  const since = (welcome: Frame, offset: number) => ({ since: `${welcome.epoch}:${offset}` });

  test("gives what was missed, then what is said", async () => {
    const { welcome } = await join(server, "r");
    await publish("r", 600);
    const client = await join(server, "r", since(welcome, 2));
    expect(client.welcome).toMatchObject({ offset: 600, replay: 598, recovered: true });
    client.say(1, "new");
    await client.first("message", 599);
    expect(client.offsets).toEqual(range(3, 601));
    expect(client.of("gap")).toEqual([]);
    expect(server.stats()).toMatchObject({ resumed: { recovered: 1, gap: 0 } });
  });

  test("at the end gives nothing", async () => {
    await publish("r", 2);
    const { welcome } = await join(server, "r");
    const client = await join(server, "r", { ...since(welcome, 2), history: "2" });
    expect(client.welcome).toMatchObject({ offset: 2, replay: 0, recovered: true });
  });

  test("after too long tells of the gap", async () => {
    const { welcome } = await join(server, "r");
    await publish("r", HISTORY + 50);
    const client = await join(server, "r", since(welcome, 10));
    await client.first("message", HISTORY);
    expect(client.welcome).toMatchObject({ offset: HISTORY + 50, replay: HISTORY, recovered: false });
    expect(client.of("gap")).toEqual([{ type: "gap", from: 11, to: 50, reason: "trimmed" }]);
    expect(client.offsets).toEqual(range(51, HISTORY + 50));
    expect(client.frames.findIndex(({ type }) => type === "gap")).toBe(1);
  });

  test("in another epoch, or beyond the end, starts again with all there is", async () => {
    await publish("r", 3);
    const { welcome } = await join(server, "r");
    for (const position of ["another:2", `${welcome.epoch}:9`, "another:9"]) {
      const client = await join(server, "r", { since: position });
      await client.first("message", 3);
      expect(client.welcome).toMatchObject({ epoch: welcome.epoch, offset: 3, replay: 3, recovered: false });
      expect(client.of("gap")).toEqual([{ type: "gap", from: 1, to: 0, reason: "epoch" }]);
      expect(client.offsets).toEqual([1, 2, 3]);
    }
  });

  test("is without a hole and without a repetition while others publish at full speed", async () => {
    const { welcome } = await join(server, "r", { presence: "none" });
    const random = seededRandom(7);
    await publish("r", 100);
    const publishers = await Promise.all(range(1, 2).map(() => join(server, "r", { presence: "none" })));
    let storming = true;
    let id = 0;
    const storm = publishers.map(async (publisher) => {
      while (storming) {
        for (let burst = 0; burst < 5; burst++) publisher.say(++id);
        await until(
          () => publisher.of("ack").length > 0 && publisher.socket.bufferedAmount === 0,
          "room to send",
        );
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const joined: Array<{ client: TestClient; from: number | null }> = [];
    for (let turn = 0; turn < 60; turn++) {
      const head = publishers[0]!.offsets.at(-1) ?? 100;
      // Some resume from far back, some from just now, some only listen.
      const from = random() < 0.3 ? null : Math.max(0, head - Math.floor(random() * 300));
      const query = from === null ? {} : since({ epoch: welcome.epoch }, from);
      joined.push({ client: connect(server, "r", { presence: "none", ...query }), from });
      if (random() < 0.5) await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { client } of joined) await client.first("welcome");
    for (const { client } of joined) await client.first("message", 5);
    storming = false;
    await Promise.all(storm);
    publishers[0]!.say("last", "last");
    for (const { client, from } of joined) {
      await client.frame(({ text }) => text === "last");
      const last = client.offsets.at(-1)!;
      const welcomed = client.of("welcome")[0]!;
      const gap = client.of("gap")[0];
      const start = gap === undefined ? (from ?? welcomed.offset) : gap.to;
      expect(client.offsets).toEqual(range(start + 1, last));
      expect(welcomed.recovered).toBe(from !== null && gap === undefined);
    }
  }, 30_000);
});

describe("frames sent before the welcome", () => {
  test("are neither lost nor out of order", async () => {
    const clients = await Promise.all(
      range(1, 10).map(async (number) => {
        const client = connect(server, "r", { history: "10", presence: "none", name: `c${number}` });
        client.socket.onopen = () => {
          for (const id of range(1, 100)) client.say(id, `${number} ${id}`);
        };
        await client.first("ack", 100);
        return client;
      }),
    );
    for (const [index, client] of clients.entries()) {
      const own = client.of("message").filter(({ sender }) => sender === `c${index + 1}`);
      expect(own.map(({ text }) => text)).toEqual(range(1, 100).map((id) => `${index + 1} ${id}`));
      expect(client.of("ack").map(({ message_id }) => message_id)).toEqual(range(1, 100));
      expect(client.frames[0]!.type).toBe("welcome");
      expect(client.offsets).toEqual(range(client.offsets[0]!, client.offsets.at(-1)!));
    }
  });

  test("plain clients hear themselves, and nothing but messages", async () => {
    const clients = range(1, 20).map((number) => {
      const client = new TestClient(`${server.url}/ws/r`);
      client.socket.onopen = () => {
        for (const id of range(1, 20)) client.send({ message_id: id, text: `${number} ${id}`, sender: "c" });
      };
      return client;
    });
    for (const [index, client] of clients.entries()) {
      const own = () => client.frames.filter(({ text }) => text.startsWith(`${index + 1} `));
      await until(() => own().length === 20, "its own messages");
      expect(own().map(({ message_id }) => message_id)).toEqual(range(1, 20));
      const fields = ["message_id", "text", "sender", "sent_at", "room"];
      for (const frame of client.frames) expect(Object.keys(frame)).toEqual(fields);
    }
  });
});
