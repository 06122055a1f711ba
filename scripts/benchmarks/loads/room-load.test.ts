import { expect, test } from "bun:test";
import type { Contestant } from "../contestants/contestant.ts";
import { withFresh } from "../contestants/fresh.ts";
import { nats } from "../contestants/packaged.ts";
import { nodeWs, socketIo } from "../contestants/scripted.ts";
import { loadRooms } from "./room-load.ts";

const LOAD = { rooms: 3, roomSize: 2, rate: 60, size: 64, ramp: 100, warmup: 100, duration: 400 };

async function load(contestant: Contestant) {
  const { sent, received, expected } = await withFresh(contestant, {}, (servers) =>
    loadRooms(contestant, servers, LOAD),
  );
  expect(sent).toBeGreaterThan(10);
  expect([received, expected]).toEqual([2 * sent, 2 * sent]);
}

// One of each protocol: below the load test stands another one, which its next change may pass by.
test.skipIf(nodeWs.missing !== null)("the load test drives a server of bare WebSockets", () => load(nodeWs));
test.skipIf(socketIo.missing !== null)("the load test drives a server of Socket.IO", () => load(socketIo));
test.skipIf(nats.missing !== null)("the load test drives NATS", () => load(nats));
