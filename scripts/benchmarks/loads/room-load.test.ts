import { expect, test } from "bun:test";
import type { Contestant } from "../contestants/contestant.ts";
import { withFresh } from "../contestants/fresh.ts";
import { nats } from "../contestants/packaged.ts";
import { nodeWs, socketIo } from "../contestants/scripted.ts";
import { loadRooms, outcomeOf } from "./room-load.ts";

const LOAD = { rooms: 3, roomSize: 2, rate: 60, size: 64, ramp: 100, warmup: 100, duration: 400 };

async function load(contestant: Contestant) {
  const { sent, received, lost, repeated } = await withFresh(contestant, {}, (servers) =>
    loadRooms(contestant, servers, LOAD),
  );
  expect(sent).toBeGreaterThan(10);
  expect({ received, lost, repeated }).toEqual({ received: 2 * sent, lost: 0, repeated: 0 });
}

test("a delivery that came twice does not stand for one that is lost", () => {
  const run = {
    ...{ setting: { started_at: "2026-01-01T00:00:00Z" }, generator: { cpu_percent: [] } },
    ...{ sent: 5, expected: 10, received: 10, repeated: 2, span_ms: 1000 },
    ...{ latency: { from_scheduled: null }, processes: 1, notes: [] },
  };
  const outcome = outcomeOf(JSON.stringify({ runs: [run] }));
  expect(outcome).toMatchObject({ sent: 5, received: 8, lost: 2, repeated: 2 });
});

// One of each protocol: below the load test stands another one, which its next change may pass by.
test.skipIf(nodeWs.missing !== null)("the load test drives a server of bare WebSockets", () => load(nodeWs));
test.skipIf(socketIo.missing !== null)("the load test drives a server of Socket.IO", () => load(socketIo));
test.skipIf(nats.missing !== null)("the load test drives NATS", () => load(nats));
