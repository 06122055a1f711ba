import { describe, expect, test } from "bun:test";
import { apportion } from "../lib/apportion.ts";
import { memoryNeeded } from "../lib/host/connection-checks.ts";
import { plan } from "./plan.ts";
import { redisCallsPerSecond } from "./redis.ts";
import { type Capacity, serversFor } from "./servers.ts";

const CAPACITY: Capacity = { writes: 1000, connections: 500 };
const second = (...sizes: number[]) => ({ sizes, interval: 1000 });

describe("servers", () => {
  test("for the writes, of which a share stays free", () => {
    const talk = second(...Array.from({ length: 30 }, () => 10)); // 3,000 writes/s
    expect(serversFor(talk, CAPACITY, 0)).toMatchObject({ forWrites: 3, needed: 3 });
    expect(serversFor(talk, CAPACITY, 0.25)).toMatchObject({ forWrites: 4, needed: 4 });
  });

  test("for the connections, where people are silent", () => {
    const talk = { sizes: Array.from({ length: 1000 }, () => 2), interval: 3_600_000 };
    expect(serversFor(talk, CAPACITY, 0)).toMatchObject({ forWrites: 1, forConnections: 4, needed: 4 });
  });

  test("for rooms of which no two fit on one", () => {
    const talk = second(24, 24, 24); // 576 writes/s each: 1,728 together
    expect(serversFor(talk, CAPACITY, 0)).toMatchObject({ forWrites: 2, forWholeRooms: 3, needed: 3 });
  });

  test("a room hotter than a server is spread", () => {
    const servers = serversFor(second(50, 1), CAPACITY, 0); // 2,500 writes/s
    expect(servers).toMatchObject({ hottestRoomOver: 3, forWrites: 3, forWholeRooms: 2, needed: 3 });
    expect(serversFor(second(10), CAPACITY, 0)).toMatchObject({ hottestRoomOver: 1, needed: 1 });
  });

  test("exactly full is full, whatever the dust of binary fractions", () => {
    const talk = second(...Array.from({ length: 21 }, () => 10)); // 2,100 writes/s
    expect(serversFor(talk, CAPACITY, 0.3).forWrites).toBe(3);
  });
});

describe("Redis", () => {
  test("as docs/benchmarks.md measured it, within 15 %", () => {
    const rooms = (count: number, size: number, interval: number) => ({
      sizes: Array.from({ length: count }, () => size),
      interval,
    });
    for (const [talk, measured] of [
      [rooms(100, 10, 200), 3893],
      [rooms(4, 100, 100), 1178],
      [rooms(2, 2, 50), 72],
    ] as const) {
      expect(Math.abs(redisCallsPerSecond(talk) / measured - 1)).toBeLessThan(0.15);
    }
  });
});

test("a plan adds them up", () => {
  const demand = {
    ...{ sizes: apportion(1000, 10, { kind: "uniform" }), interval: 10_000 },
    ...{ wire: { message: 100, ack: 20, delivery: 150 }, history: 1_000_000, headroom: 0 },
  };
  const planned = plan(demand, CAPACITY);
  expect(planned).toMatchObject({
    load: { messagesPerSecond: 100, writesPerSecond: 10_000 },
    bandwidth: { in: 10_000, out: 1_502_000 },
    servers: { needed: 10 },
    each: { connections: 100, writesPerSecond: 1000, bandwidthOut: 150_200 },
  });
  const connections = memoryNeeded({ connections: 100, role: "server", processes: 1, targets: 1 });
  expect(planned.each.memory).toBe(connections + 1_000_000);
});
