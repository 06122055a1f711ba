import { afterEach, describe, expect, test } from "bun:test";
import { MemoryBroker } from "../broker/memory/memory-broker.ts";
import { startTcpProxy } from "../e2e/tcp-proxy.ts";
import { systemClock } from "../lib/clock.ts";
import { seededRandom } from "../lib/random.ts";
import { join, range, serve, until } from "../server/test-client.ts";
import { openBunSocket } from "./bun-socket.ts";
import type { ConnectionOptions } from "./connection.ts";
import { Chatter } from "./test-chatter.ts";

/** `CUT_SEED=7 bun test …` repeats a run, as far as a network can be repeated. */
const SEED = Number(process.env.CUT_SEED ?? Math.floor(Math.random() * 2 ** 32));

const cleanUps: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function server(...[options, parts]: Parameters<typeof serve>) {
  const started = serve(options, parts);
  cleanUps.push(() => started.stop());
  return started;
}

/** A chatter that leaves when the test is over. */
function chatter(url: string, options: Partial<ConnectionOptions> = {}): Chatter {
  const started = new Chatter(url, options);
  cleanUps.push(() => started.connection.close());
  return started;
}

describe("a connection", () => {
  test("sends what was said before it was there, hears it once, and knows its own", async () => {
    const { url } = server();
    const [ann, bob] = [chatter(url, { name: "ann" }), chatter(url, { name: "bob" })];
    await bob.joined();
    const ids = range(1, 5).map((number) => ann.connection.send(`early ${number}`));
    await bob.hears("early 5");
    await ann.settled();
    const early = range(1, 5).map((number) => `early ${number}`);
    expect([ann.texts, bob.texts]).toEqual([early, early]);
    expect(ann.acks).toEqual(ids);
    expect(ann.messages.every(({ own, sender, history }) => own && sender === "ann" && !history)).toBe(true);
    expect(bob.messages.some(({ own }) => own)).toBe(false);
    expect(ann.online).toHaveLength(1);
  });

  test("sends what waited before what is said on coming online, each once", async () => {
    const { url, stats } = server();
    const ann = chatter(url);
    ann.onOnline = () => void ann.connection.send("hello");
    ann.connection.send("waited");
    await ann.hears("hello");
    await ann.settled();
    expect(ann.texts).toEqual(["waited", "hello"]);
    expect(stats()).toMatchObject({ messages_in: 2, duplicates: 0 });
  });

  test("tells history from what is new", async () => {
    const { url } = server();
    const ann = chatter(url);
    for (const number of range(1, 5)) ann.connection.send(`old ${number}`);
    await ann.settled();
    const bob = chatter(url, { history: 3 });
    await bob.joined();
    ann.connection.send("new");
    await bob.hears("new");
    expect(bob.messages.map(({ text, history }) => [text, history])).toEqual([
      ["old 3", true],
      ["old 4", true],
      ["old 5", true],
      ["new", false],
    ]);
    expect(bob.gaps).toEqual([]);
  });

  test("is told who is there", async () => {
    const { url } = server();
    const ann = await chatter(url, { name: "ann", presence: "names" }).joined();
    await until(() => ann.presence.some(({ names }) => names?.includes("ann")), "the names");
    const silent = chatter(url, { name: "bob" });
    expect(silent.connection.who()).toBe(false);
    await silent.joined();
    expect(silent.connection.who()).toBe(true);
    await until(() => silent.presence.length > 0, "the answer");
    expect(silent.presence).toEqual([{ type: "presence", members: 2, names: ["ann", "bob"] }]);
  });

  test("gives a text back that the server does not want, and goes on", async () => {
    const { url } = server();
    const ann = await chatter(url).joined();
    ann.connection.send("\u001b[2J");
    ann.connection.send("fine");
    await ann.hears("fine");
    await ann.settled();
    expect(ann.errors).toMatchObject([{ error: { code: "invalid_message" }, text: "\u001b[2J" }]);
    expect(ann.acks).toHaveLength(1);
  });

  test("leaves, and stays away", async () => {
    const { url, stats } = server();
    const ann = await chatter(url).joined();
    await ann.connection.close();
    await ann.connection.close();
    expect(ann.ended).toEqual({ reason: "bye", code: 1000 });
    expect(ann.offline).toEqual([]);
    await until(() => (stats() as { connections: number }).connections === 0, "the server to know");
  });

  test("that is closed before it was open ends as well", async () => {
    const { url } = server();
    const ann = chatter(url);
    await ann.connection.close();
    expect(ann.ended?.code).toBe(1000);
    expect(ann.connection.isOnline).toBe(false);
  });

  test("does not come back to a server that does not want it", async () => {
    const { url } = server();
    const opened: WebSocket[] = [];
    const openSocket = (address: string, protocols: string[]) => {
      const socket = openBunSocket(address, protocols) as WebSocket;
      opened.push(socket);
      return socket;
    };
    const ann = await chatter(url, { openSocket }).joined();
    for (const _ of range(1, 30)) opened[0]!.send("nonsense");
    await until(() => ann.ended, "the end");
    expect(ann.ended).toEqual({ reason: "too many invalid frames", code: 4001 });
    expect(opened).toHaveLength(1);
  });
});

describe("after a restart of the server", () => {
  test("with its log kept, everything goes on without a hole", async () => {
    const broker = new MemoryBroker({ history: 1000 }, systemClock, seededRandom(1));
    const first = serve({}, { broker });
    const [ann, bob] = [await chatter(first.url).joined(), await chatter(first.url).joined()];
    ann.connection.send("before");
    await bob.hears("before");
    await first.stop();
    await until(() => !ann.connection.isOnline && !bob.connection.isOnline, "the end of the connections");
    ann.connection.send("meanwhile");
    expect(ann.connection.unacked).toBe(1);

    const second = server({ port: first.port }, { broker });
    (await join(second, "r")).say(1, "from a third");
    ann.connection.send("after");
    await bob.hears("after");
    await bob.hears("from a third");
    await ann.hears("from a third");
    await ann.settled();
    expect(bob.messages).toEqual(ann.messages.map((message) => ({ ...message, own: false })));
    expect(bob.messages.map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
    expect(bob.messages.some(({ history }) => history)).toBe(false);
    expect(bob.online.at(-1)).toMatchObject({ again: true, welcome: { recovered: true } });
    expect([...ann.gaps, ...bob.gaps]).toEqual([]);
  });

  test("with its log lost, the new one is told from its start, after a gap", async () => {
    const first = serve();
    const ann = await chatter(first.url).joined();
    for (const number of range(1, 5)) ann.connection.send(`old ${number}`);
    await ann.settled();
    await ann.hears("old 5");
    await first.stop();
    await until(() => !ann.connection.isOnline, "the end of the connection");
    const broker = new MemoryBroker({ history: 1000 }, systemClock, seededRandom(99));
    await broker.publish("r", {
      messageId: 1,
      sender: "x",
      text: "new 1",
      sentAt: "2026-01-31T12:00:00.000Z",
      session: null,
    });
    server({ port: first.port }, { broker });
    await ann.hears("new 1");
    ann.connection.send("new 2");
    await ann.hears("new 2");
    expect(ann.texts).toEqual([...range(1, 5).map((number) => `old ${number}`), "new 1", "new 2"]);
    expect(ann.messages.slice(5).map(({ offset }) => offset)).toEqual([1, 2]);
    expect(ann.gaps).toMatchObject([{ reason: "epoch" }]);
    expect(ann.online.at(-1)!.welcome.recovered).toBe(false);
  });

  test("a server that is not there is tried again", async () => {
    const down = serve();
    await down.stop();
    const ann = chatter(down.url);
    await until(() => ann.offline.length >= 3, "three tries");
    server({ port: down.port });
    await ann.joined();
    expect(ann.online[0]!.again).toBe(false);
    expect(ann.ended).toBeNull();
  });
});

test("what is said while a refused message waits to be sent again waits behind it", async () => {
  const broker = new MemoryBroker({ history: 1000 }, systemClock, seededRandom(1));
  const publish = broker.publish.bind(broker);
  let refusals = 0;
  broker.publish = (room, message) => {
    if (message.text !== "first" || refusals++ > 0) return publish(room, message);
    return Promise.reject(new Error("the log is away"));
  };
  const ann = await chatter(server({}, { broker }).url).joined();
  ann.connection.send("first");
  await until(() => ann.errors.length === 1, "the refusal");
  ann.connection.send("second");
  await ann.settled();
  await ann.hears("second");
  expect(ann.texts).toEqual(["first", "second"]);
  // The second one was not tried in vain: nothing went out before its time.
  expect(ann.errors).toHaveLength(1);
});

describe("over a network that breaks", () => {
  for (const round of range(0, 2)) {
    const seed = (SEED + round) >>> 0;
    test(`everyone hears everything once, in one order (CUT_SEED=${seed})`, async () => {
      const random = seededRandom(seed);
      const { port, url, broker } = server({ history: 5000 });
      const proxy = await startTcpProxy(port, random);
      cleanUps.push(() => proxy.close());
      const witness = await join({ url }, "r");
      const through = `ws://127.0.0.1:${proxy.port}`;
      const chatters = [await chatter(through).joined(), await chatter(through).joined()];
      proxy.cutChance = 0.03;
      for (const number of range(1, 150)) {
        for (const [index, { connection }] of chatters.entries()) connection.send(`${index} ${number}`);
        for (let turns = random() * 4; turns > 0; turns--)
          await new Promise((resolve) => setImmediate(resolve));
      }
      // Until the network has broken often enough to mean something.
      let extra = 150;
      while (proxy.cuts < 20) {
        extra++;
        for (const [index, { connection }] of chatters.entries()) connection.send(`${index} ${extra}`);
        await chatters[0]!.settled();
      }
      for (const chatter of chatters) await chatter.settled();
      proxy.cutChance = 0;
      await witness.first("message", extra * 2);
      const { head } = await broker.history("r", null, 0);
      expect(head).toBe(extra * 2);
      for (const [index, chatter] of chatters.entries()) {
        await until(() => chatter.messages.at(-1)?.offset === head, "the last message");
        expect(chatter.messages.map(({ offset }) => offset)).toEqual(range(1, head));
        expect(chatter.texts).toEqual(witness.texts);
        expect(new Set(chatter.texts).size).toBe(head);
        expect(chatter.gaps).toEqual([]);
        expect(chatter.acks).toHaveLength(extra);
        expect(new Set(chatter.acks).size).toBe(extra);
        // What a message is to its sender does not depend on how often it was sent.
        expect(chatter.messages.filter(({ own }) => own)).toHaveLength(extra);
        for (const { text, own } of chatter.messages) expect(text.startsWith(`${index} `)).toBe(own);
      }
      expect(chatters.some(({ online }) => online.length > 1)).toBe(true);
    }, 60_000);
  }
});

describe("a server that stops and names another over the same log", () => {
  test("everyone goes on there, and nothing is lost or seen twice", async () => {
    const broker = new MemoryBroker({ history: 10_000 }, systemClock, seededRandom(1));
    const target = server({}, { broker });
    const stopping = serve({ drainTo: target.url, drainTimeout: 2000 }, { broker });
    const chatters = range(1, 20).map(() => chatter(stopping.url));
    await until(() => chatters.every(({ connection }) => connection.isOnline), "everyone to be in");

    let sent = 0;
    const talk = setInterval(() => {
      for (const { connection } of chatters) connection.send(`number ${++sent}`);
    }, 5);
    await until(() => chatters[0]!.messages.length > 200, "some talk");
    await stopping.stop();
    await until(() => target.stats().connections === 20, "everyone at the other server");
    clearInterval(talk);
    await until(() => chatters.every(({ messages }) => messages.length === sent), "the rest");

    for (const { messages, gaps, offline } of chatters) {
      expect(messages.map(({ offset }) => offset)).toEqual(range(1, sent));
      expect([gaps, offline]).toEqual([[], []]);
    }
    expect(new Set(chatters[0]!.messages.map(({ text }) => text)).size).toBe(sent);
  }, 20_000);

  test("who finds nobody there comes back to where it was", async () => {
    const gone = serve();
    await gone.stop();
    const broker = new MemoryBroker({ history: 100 }, systemClock, seededRandom(1));
    const first = serve({ drainTo: gone.url, drainTimeout: 200 }, { broker });
    const client = chatter(first.url);
    await until(() => client.connection.isOnline, "the chatter to be in");
    await first.stop();
    const again = server({ port: first.port }, { broker });
    await until(() => again.stats().connections === 1, "the chatter to come back");
    expect(client.gaps).toEqual([]);
  });

  test("an address that is none is not gone to", async () => {
    const broker = new MemoryBroker({ history: 100 }, systemClock, seededRandom(1));
    const stopping = serve({ drainTo: "javascript:alert(1)", drainTimeout: 200 }, { broker });
    const client = chatter(stopping.url);
    await until(() => client.connection.isOnline, "the chatter to be in");
    await stopping.stop();
    await until(() => client.offline.length > 0, "the loss");
    expect(client.offline[0]).toBe("server is stopping");
  });
});
