import { expect, test } from "bun:test";
import { fakeServer, fakeStatus } from "../fake-status.ts";
import type { FleetStatus, RoomStatus } from "../status.ts";
import { renderFleet } from "./table.ts";

const NOW = 1_763_683_200_000;

const room = (name: string, about: Partial<RoomStatus> = {}): RoomStatus => ({
  ...{ room: name, members: 12, writes_per_s: 3456, servers: ["k3f9a1"] },
  ...about,
});

const widest = (text: string) => Math.max(...text.split("\n").map((line) => Bun.stringWidth(line)));

test("the totals, the servers, the rooms that cost most", () => {
  const status: FleetStatus = {
    ...fakeStatus(NOW, [
      fakeServer("k3f9a1", {
        ...{ url: "ws://127.0.0.1:41873", started_at: NOW - 5_400_000, connections: 1200, rooms: 80 },
        ...{ writes_per_s: 123_456, loop_lag_ms: 0.4, memory_rss_bytes: 120 * 2 ** 20 },
      }),
      fakeServer("m2", { url: "wss://chat.example.org", phase: "draining", started_at: NOW - 42_000 }),
    ]),
    ...{ options: { min: 1, max: 8, spawn_at: 200_000 }, decides: false },
    ...{ connections: 1200, rooms: 80, writes_per_s: 123_456, provisions_per_s: 7 },
    busiest_rooms: [room("harbour"), room("", { members: 1, writes_per_s: 0, servers: ["k3f9a1", "m2"] })],
  };
  expect(renderFleet(status)).toBe(`2 servers: 1 ready, 1 draining (min 1, max 8, spawn at 200,000 writes/s)
1,200 connections in 80 rooms, 123,456 writes/s, 7 provisions/s
Another balancer decides.

┌────────┬──────────┬────────────────────────┬─────┬─────────┬───────┬──────────┬──────┬─────┬─────┐
│ server │ phase    │ url                    │ age │ clients │ rooms │ writes/s │ load │ lag │ MiB │
├────────┼──────────┼────────────────────────┼─────┼─────────┼───────┼──────────┼──────┼─────┼─────┤
│ k3f9a1 │ ready    │ 127.0.0.1:41873        │  1h │   1,200 │    80 │  123,456 │ 62 % │ 0.4 │ 120 │
│ m2     │ draining │ wss://chat.example.org │ 42s │       0 │     0 │        0 │  0 % │ 0.0 │   0 │
└────────┴──────────┴────────────────────────┴─────┴─────────┴───────┴──────────┴──────┴─────┴─────┘

┌───────────────┬─────────┬──────────┬────────────┐
│ busiest rooms │ clients │ writes/s │ on         │
├───────────────┼─────────┼──────────┼────────────┤
│ harbour       │      12 │    3,456 │ k3f9a1     │
│ (global chat) │       1 │        0 │ k3f9a1, m2 │
└───────────────┴─────────┴──────────┴────────────┘
`);
});

test("a fleet without servers, or without rooms, has no empty table", () => {
  expect(renderFleet(fakeStatus(NOW, []))).toBe(
    "0 servers: 0 ready (min 1, max 4, spawn at 1,000 writes/s)\n" +
      "0 connections in 0 rooms, 0 writes/s, 0 provisions/s\nThis balancer decides.\n",
  );
  const idle = renderFleet(fakeStatus(NOW, [fakeServer("a", { phase: "unready" })]));
  expect(idle).toStartWith("1 server: 0 ready, 1 unready (");
  expect(idle).not.toContain("busiest");
});

test("five rooms at most", () => {
  const busiest_rooms = Array.from({ length: 50 }, (_, n) => room(`room ${n}`));
  const drawn = renderFleet({ ...fakeStatus(NOW, []), busiest_rooms });
  expect(drawn).toContain("room 4 ");
  expect(drawn).not.toContain("room 5 ");
});

test("fits in 100 columns, whatever the names and the figures", () => {
  const name = "\u6f22\u5b57".repeat(100);
  const server = fakeServer(name, {
    ...{ url: `ws://${"chat".repeat(30)}.example.org:8080`, phase: "draining" },
    ...{ connections: 65_000, rooms: 10_000, writes_per_s: 999_999, loop_lag_ms: 1234.5 },
    ...{ memory_rss_bytes: 8000 * 2 ** 20, started_at: NOW - 400 * 86_400_000 },
  });
  const servers = [name, name, name, name];
  const busiest = room(name, { members: 1_000_000, writes_per_s: 12_345_678, servers });
  const options = { min: 1000, max: 1000, spawn_at: 200_000 };
  const drawn = renderFleet({ ...fakeStatus(NOW, [server]), options, busiest_rooms: [busiest] });
  expect(widest(drawn)).toBeLessThanOrEqual(100);
  expect(drawn).toContain("\u2026g:8080");
  expect(drawn).toContain("\u2026 +1 ");
});

test("names cannot speak to the terminal", () => {
  const evil = "a\u001b[31m\u202eb\n\u0007";
  const status = fakeStatus(NOW, [fakeServer(evil, { url: `ws://${evil}` })]);
  const drawn = renderFleet({ ...status, busiest_rooms: [room(evil, { servers: [evil] })] });
  expect(drawn).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(drawn).toContain("a[31mb");
});
