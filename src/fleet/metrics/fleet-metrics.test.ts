import { afterEach, expect, test } from "bun:test";
import { LoopDelay } from "../../lib/loop-delay.ts";
import { RenewalFigures } from "../../lib/metrics/renewal-metrics.ts";
import type { Fleet } from "../fleet.ts";
import { DEFAULT_POLICY } from "../policy/options.ts";
import { publicRoute } from "../public-routes.ts";
import { join, report, testFleet } from "../test-servers.ts";
import { fleetMetrics } from "./fleet-metrics.ts";

let fleet: Fleet;
afterEach(() => fleet.stop());

test("tells of servers, decisions and answers, and names no server and no room", async () => {
  const made = testFleet();
  ({ fleet } = made);
  const { clock } = made;
  const policy = { ...DEFAULT_POLICY, spawnAt: 1000 };
  const renewals = new RenewalFigures();
  const metrics = fleetMetrics({ version: "1", fleet, policy, loopDelay: new LoopDelay(), clock, renewals });
  const provision = (room: string) =>
    publicRoute(new Request(`http://h/servers/provision?room=${room}`), fleet);
  provision("secret-room");

  const [first, second] = [join(fleet.registry, "secret-a"), join(fleet.registry, "secret-b")];
  const now = clock.now();
  fleet.registry.report(first.server, report({ "secret-room": 3 }, { writesPerSecond: 700 }), now);
  fleet.registry.report(second.server, report({}, { writesPerSecond: 100, problem: "no log" }), now);
  fleet.provisioner.refresh();
  provision("secret-room");
  provision("%00");
  const moves = [{ room: "secret-room", clients: 2, to: "secret-b" }];
  fleet.redistribute(first.server, moves, "it has too many", {});
  fleet.empty(second.server, "a test");

  const text = await metrics.text();
  expect(text).not.toContain("secret");
  for (const line of [
    'scale_chat_fleet_servers{phase="ready"} 1',
    'scale_chat_fleet_servers{phase="unready"} 0',
    'scale_chat_fleet_servers{phase="draining"} 1',
    "scale_chat_fleet_ready 1",
    "scale_chat_fleet_connections 3",
    "scale_chat_fleet_rooms 1",
    "scale_chat_fleet_writes_per_second 800",
    "scale_chat_fleet_worst_load 0.7",
    "scale_chat_fleet_decides 1",
    "scale_chat_fleet_moved_clients_total 2",
    'scale_chat_fleet_events_total{type="redistribute"} 1',
    'scale_chat_fleet_events_total{type="drain"} 1',
    'scale_chat_fleet_events_total{type="spawn"} 0',
    'scale_chat_provisions_total{status="200"} 1',
    'scale_chat_provisions_total{status="400"} 1',
    'scale_chat_provisions_total{status="503"} 1',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});
