import { afterEach, describe, expect, test } from "bun:test";
import type { RoomReport } from "../protocol/fleet.ts";
import { join, joinPlain, serve, type TestServer, until } from "./test-client.ts";

// What a balancer asks of a server: reports of its load, and clients that go elsewhere.

let server: TestServer;
afterEach(() => server.stop());

/** Takes reports until one tells of these rooms, in this way. */
async function untilTold(expected: Record<string, Partial<RoomReport>>, isWhole = false): Promise<void> {
  const told = new Map<string, RoomReport>();
  await until(
    () => {
      for (const room of server.report(isWhole).rooms) told.set(room.room, room);
      return Object.entries(expected).every(([name, fields]) => {
        const room = told.get(name);
        return (
          room !== undefined &&
          Object.entries(fields).every(([key, value]) => room[key as keyof RoomReport] === value)
        );
      });
    },
    `a report of ${JSON.stringify(expected)}`,
  );
}

describe("a report", () => {
  test("tells of rooms that changed, of those that ended, and of all when asked", async () => {
    server = serve();
    const ann = await join(server, "a");
    const bob = await joinPlain(server, "/ws/a");
    await join(server, "b");
    await untilTold({ a: { members: 2, movable: 1 }, b: { members: 1, movable: 1 } });
    await until(() => server.report(false).rooms.length === 0, "the writes of the joins to be past");
    expect(server.report(false)).toMatchObject({ connections: 3, problem: null, isWhole: false, rooms: [] });
    expect(
      server
        .report(true)
        .rooms.map(({ room }) => room)
        .sort(),
    ).toEqual(["a", "b"]);
    ann.socket.close();
    await untilTold({ a: { members: 1, movable: 0 } });
    bob.socket.close();
    await untilTold({ a: { members: 0, movable: 0 } });
    expect(server.report(true).rooms.map(({ room }) => room)).toEqual(["b"]);
  });

  test("counts socket writes, in all and of the busy rooms", async () => {
    server = serve();
    const ann = await join(server, "a");
    await join(server, "b");
    server.report(false);
    for (let i = 0; i < 5; i++) ann.say(i);
    await ann.first("message", 5);
    const { writesPerSecond, rooms } = server.report(true);
    expect(writesPerSecond).toBeGreaterThan(0);
    const writes = Object.fromEntries(rooms.map(({ room, writes }) => [room, writes]));
    expect(writes.a).toBe(Math.round(writesPerSecond));
    expect(writes.b).toBe(0);
    expect(server.report(true)).toMatchObject({ writesPerSecond: 0 });
  });

  test("says why no clients are taken", async () => {
    server = serve();
    Object.assign(server.broker, { problem: "the disk is full" });
    expect(server.report(false).problem).toBe("the disk is full");
  });
});

describe("an order to redistribute", () => {
  test("asks as many clients of the room as it says, first those who were not asked before", async () => {
    server = serve();
    const clients = await Promise.all([1, 2, 3, 4].map(() => join(server, "a")));
    const plain = await joinPlain(server, "/ws/a");
    const asked = () => clients.filter(({ frames }) => frames.some(({ type }) => type === "redistribute"));
    server.redistribute("too much", [{ room: "a", clients: 1, url: "ws://127.0.0.1:9" }]);
    await until(() => asked().length === 1, "one to be asked");
    server.redistribute("too much", [
      { room: "a", clients: 2, url: "ws://127.0.0.1:9" },
      { room: "nobody's", clients: 2, url: "ws://127.0.0.1:9" },
    ]);
    await until(() => asked().length === 3, "three to be asked");
    server.redistribute("too much", [{ room: "a", clients: 100, url: "ws://127.0.0.1:8" }]);
    await until(() => asked().length === 4, "all to be asked");
    const frames = asked()[0]!.frames.filter(({ type }) => type === "redistribute");
    expect(frames[0]).toMatchObject({ reason: "too much", redirect: "ws://127.0.0.1:9" });
    expect(plain.frames).toEqual([]);
  });
});
