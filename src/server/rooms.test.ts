import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  join,
  joinPlain,
  joinRegister,
  range,
  serve,
  TestClient,
  type TestServer,
  until,
} from "./test-client.ts";

let server: TestServer;
beforeEach(() => {
  server = serve({ history: 20 });
});
afterEach(() => server.stop());

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe("three dialects in one room", () => {
  test("see each other's messages, each in its own words", async () => {
    const native = await join(server, "r", { name: "nat", presence: "none" });
    const plain = await joinPlain(server, "/ws/r");
    const register = await joinRegister(server, "r");
    await native.first("message", 2);
    plain.frames.length = 0;
    native.frames.length = 0;
    register.frames.length = 0;

    native.say(7, "from native");
    await register.frame(({ message }) => message === "from native");
    const sent_at = "2026-01-31T12:00:00Z";
    plain.send({ message_id: "p1", text: "from plain", sender: "ann", sent_at, room: "another" });
    await register.frame(({ message }) => message === "from plain");
    register.send({ type: "chat", payload: { message: "from register" } });
    await native.first("message", 3);
    await plain.frame(({ text }) => text === "from register");

    const stamped = expect.stringMatching(RFC_3339);
    const guest = expect.stringMatching(/^guest-[0-9a-z]{4}$/);
    const byServer = expect.stringMatching(/^[0-9a-z]{12}-\d+$/);
    expect(native.of("message")).toEqual([
      {
        type: "message",
        offset: 3,
        message_id: 7,
        sender: "nat",
        text: "from native",
        sent_at: stamped,
        room: "r",
      },
      { type: "message", offset: 4, message_id: "p1", sender: "ann", text: "from plain", sent_at, room: "r" },
      {
        type: "message",
        offset: 5,
        message_id: byServer,
        sender: guest,
        text: "from register",
        sent_at: stamped,
        room: "r",
      },
    ]);
    expect(native.of("ack")).toEqual([{ type: "ack", message_id: 7, offset: 3 }]);
    expect(plain.frames).toEqual([
      { message_id: 7, text: "from native", sender: "nat", sent_at: stamped, room: "r" },
      { message_id: "p1", text: "from plain", sender: "ann", sent_at, room: "r" },
      { message_id: byServer, text: "from register", sender: guest, sent_at: stamped, room: "r" },
    ]);
    expect(register.frames).toEqual([
      { message: "from native" },
      { message: "from plain" },
      { message: "from register" },
    ]);
  });

  test("rooms are apart, and /ws is one of its own", async () => {
    const global = await joinPlain(server, "/ws");
    const room = await joinPlain(server, "/ws/ws");
    const spaced = await join(server, "a room/with ü & ?");
    global.send({ text: "to all" });
    room.send({ text: "to ws" });
    spaced.say(1, "to the odd one");
    await spaced.first("message");
    await room.frame(({ text }) => text === "to ws");
    await global.frame(({ text }) => text === "to all");
    expect(global.frames.map(({ text, room }) => [text, room])).toEqual([["to all", ""]]);
    expect(room.frames.map(({ text, room }) => [text, room])).toEqual([["to ws", "ws"]]);
    expect(spaced.of("message").map(({ text, room }) => [text, room])).toEqual([
      ["to the odd one", "a room/with ü & ?"],
    ]);
  });

  test("everybody hears one order, whoever sends", async () => {
    const natives = await Promise.all(range(1, 3).map(() => join(server, "r", { presence: "none" })));
    const plains = [await joinPlain(server, "/ws/r"), await joinPlain(server, "/ws/r")];
    await natives[0]!.first("message", 2);
    for (const client of [...natives, ...plains]) client.frames.length = 0;
    for (let number = 1; number <= 200; number++) {
      for (const [index, client] of natives.entries()) client.say(number, `n${index} ${number}`);
      for (const [index, client] of plains.entries()) client.send({ text: `p${index} ${number}` });
    }
    const texts = (client: TestClient) =>
      client.frames.filter(({ sent_at }) => sent_at).map(({ text }) => text);
    for (const client of [...natives, ...plains]) {
      await until(() => texts(client).length === 1000, "1000 messages");
      expect(texts(client)).toEqual(texts(natives[0]!));
    }
    // Each sender's own order is kept.
    for (const sender of ["n0", "n1", "n2", "p0", "p1"]) {
      const own = texts(natives[0]!).filter((text) => text.startsWith(sender));
      expect(own).toEqual(range(1, 200).map((number) => `${sender} ${number}`));
    }
  });
});

describe("the register dialect", () => {
  test("is greeted, and has to register first", async () => {
    const client = new TestClient(`${server.url}/`);
    const welcome = await client.first("welcome");
    expect(welcome).toEqual({ type: "welcome", connected_at: expect.stringMatching(RFC_3339) });
    client.send({ type: "chat", payload: { message: "too soon" } });
    client.send({ type: "register", payload: { chatId: "r" } });
    client.send({ type: "chat", payload: { message: "in time" } });
    await client.frame(({ message }) => message === "in time");
    expect(client.frames).toHaveLength(2);
  });

  test("changes rooms by registering again", async () => {
    const client = await joinRegister(server, "one");
    const [inOne, inTwo] = [await joinPlain(server, "/ws/one"), await joinPlain(server, "/ws/two")];
    client.frames.length = 0;
    client.send({ type: "register", payload: { chatId: "two" } });
    client.send({ type: "chat", payload: { message: "hello two" } });
    client.send({ type: "register", payload: { chatId: "two" } });
    client.send({ type: "chat", payload: { message: "still two" } });
    await inTwo.frame(({ text }) => text === "still two");
    inOne.send({ text: "only for one" });
    await inOne.frame(({ text }) => text === "only for one");
    inTwo.send({ text: "for two" });
    await client.frame(({ message }) => message === "for two");
    expect(client.frames).toEqual([
      { message: "hello two" },
      { message: "still two" },
      { message: "for two" },
    ]);
    expect(inOne.frames.map(({ text }) => text)).toEqual(["only for one"]);
  });

  test("there and back in one breath", async () => {
    const client = await joinRegister(server, "one");
    for (const chatId of ["two", "one", "two", "one"]) {
      client.send({ type: "register", payload: { chatId } });
      client.send({ type: "chat", payload: { message: `in ${chatId}` } });
    }
    await client.frame(({ message }) => message === "in one", "its last message", 2);
    expect(client.frames.map(({ message }) => message)).toEqual(["in two", "in one", "in two", "in one"]);
    expect(server.stats()).toMatchObject({ rooms: 1, connections: 1 });
  });
});

describe("presence", () => {
  test("counts for all, names for those who ask, nothing for those who want none", async () => {
    const counting = await join(server, "r", { name: "bob" });
    const naming = await join(server, "r", { name: "ann", presence: "names" });
    const silent = await join(server, "r", { name: "cy", presence: "none" });
    await counting.frame(({ type, members }) => type === "presence" && members === 3);
    const full = await naming.frame(({ type, members }) => type === "presence" && members === 3);
    expect(full.names).toEqual(["ann", "bob", "cy"]);
    expect(counting.of("presence").every(({ names }) => names === undefined)).toBe(true);
    await naming.close();
    await counting.frame(({ type, members }) => type === "presence" && members === 2, "two left", 1);
    silent.say(1);
    await silent.first("ack");
    expect(silent.of("presence")).toEqual([]);
    silent.send({ type: "who" });
    expect(await silent.first("presence")).toEqual({ type: "presence", members: 2, names: ["bob", "cy"] });
  });

  test("a full room tells no names", async () => {
    const members = await Promise.all(range(1, 101).map(() => join(server, "r", { presence: "none" })));
    members[0]!.send({ type: "who" });
    expect(await members[0]!.first("presence")).toEqual({ type: "presence", members: 101 });
    await members[1]!.close();
    await until(() => (server.stats() as { connections: number }).connections === 100, "one to leave");
    members[0]!.send({ type: "who" });
    expect((await members[0]!.first("presence", 2)).names).toHaveLength(100);
  });
});

test("a room ends with its last member, and its log goes on", async () => {
  const first = await join(server, "r");
  first.say(1);
  await first.first("ack");
  first.say(2);
  await first.close();
  await until(() => (server.stats() as { rooms: number }).rooms === 0, "the room to end");
  const second = await join(server, "r", { history: "10" });
  second.say(3);
  await second.first("ack");
  expect(second.offsets).toEqual(range(1, second.offsets.length));
  expect(second.texts.at(-1)).toBe("text 3");
  expect(second.welcome.epoch).toBe(first.welcome.epoch);
});
