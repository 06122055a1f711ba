import { describe, expect, test } from "bun:test";
import { FakeClock } from "../../lib/clock.ts";
import { parseNetwork } from "../../lib/network.ts";
import { Gate } from "./gate.ts";
import { type AdmissionOptions, NO_LIMITS } from "./limits.ts";

/** A gate before rooms with so many members. */
function gate(
  options: Partial<AdmissionOptions>,
  rooms: Record<string, number> = {},
  clock = new FakeClock(),
) {
  const held = { count: Object.keys(rooms).length, occupancy: (name: string) => rooms[name] ?? 0 };
  return new Gate({ ...NO_LIMITS, ...options }, held, clock);
}

const headers = (of: Record<string, string> = {}) => new Headers({ host: "chat.example.org", ...of });

test("without limits there is always a place", () => {
  const open = gate({}, { tea: 100_000 });
  for (let i = 0; i < 1000; i++) open.enter("192.0.2.1");
  expect(open.full("192.0.2.1", "tea")).toBeNull();
  expect(open.full("192.0.2.1", null)).toBeNull();
  expect(open.knock(headers())).toBeNull();
});

describe("connections", () => {
  test("of all, until somebody leaves", () => {
    const small = gate({ maxConnections: 2 });
    for (const address of ["192.0.2.1", "192.0.2.2"]) {
      expect(small.full(address, null)).toBeNull();
      small.enter(address);
    }
    expect(small.full("192.0.2.3", null)).toEqual({
      rule: "max_connections",
      status: 503,
      problem: "this server is full: 2 connections",
      headers: { "retry-after": "5" },
    });
    small.leave("192.0.2.1");
    expect(small.full("192.0.2.3", null)).toBeNull();
  });

  test("of one address, and of one network of a subscriber", () => {
    const small = gate({ maxConnectionsPerIp: 1 });
    for (const [here, alike, other] of [
      ["192.0.2.1", "192.0.2.1", "192.0.2.2"],
      ["2001:db8::1", "2001:db8:0:0:ffff::2", "2001:db8:0:1::1"],
    ] as const) {
      small.enter(here);
      expect(small.full(alike, null)?.rule).toBe("max_connections_per_ip");
      expect(small.full(other, null)).toBeNull();
      small.leave(here);
      expect(small.full(alike, null)).toBeNull();
    }
  });
});

describe("rooms", () => {
  test("a further one, and a further member", () => {
    const rooms = { tea: 2, chess: 1 };
    expect(gate({ maxRooms: 2 }, rooms).fullRoom("new")?.rule).toBe("max_rooms");
    expect(gate({ maxRooms: 2 }, rooms).fullRoom("tea")).toBeNull();
    expect(gate({ maxRooms: 3 }, rooms).fullRoom("new")).toBeNull();
    expect(gate({ maxRoomSize: 2 }, rooms).fullRoom("tea")?.rule).toBe("max_room_size");
    expect(gate({ maxRoomSize: 2 }, rooms).full("192.0.2.1", "chess")).toBeNull();
  });
});

test("so many handshakes a second", () => {
  const clock = new FakeClock();
  const slow = gate({ handshakesPerSecond: 2 }, {}, clock);
  expect([slow.knock(headers()), slow.knock(headers())]).toEqual([null, null]);
  expect(slow.knock(headers())).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  clock.advance(500);
  expect(slow.knock(headers())).toBeNull();
});

test("a page of another origin may not come in", () => {
  expect(gate({}).knock(headers({ origin: "http://chat.example.org" }))).toBeNull();
  expect(gate({}).knock(headers({ origin: "http://evil.example.net" }))).toMatchObject({
    rule: "origin",
    status: 403,
  });
});

test("proxies that are trusted say whose handshake it is", () => {
  const behind = gate({ trustedProxies: [parseNetwork("10.0.0.0/8")!] });
  const forwarded = headers({ "x-forwarded-for": "192.0.2.1" });
  expect(behind.addressOf("10.0.0.1", forwarded)).toBe("192.0.2.1");
  expect(gate({}).addressOf("10.0.0.1", forwarded)).toBe("10.0.0.1");
});
