import { FakeClock } from "../lib/clock.ts";
import { silentLogger } from "../lib/log.ts";
import { seededRandom } from "../lib/random.ts";
import type { FleetOrder, Introduction, RoomReport, ServerReport } from "../protocol/fleet.ts";
import { Fleet } from "./fleet.ts";
import type { KnownServer } from "./known-server.ts";
import { DEFAULT_POLICY, type PolicyOptions } from "./policy/options.ts";
import type { Registry } from "./registry.ts";

/** When the fleets of these tests begin. */
export const NOW = new FakeClock().now();

/** A server that tells of itself what a test cares about. */
export function introduction(id: string, about: Partial<Introduction> = {}): Introduction {
  const [url, adminAddress] = [`ws://0.0.0.0:80${id.length}0`, `127.0.0.1:90${id.length}0`];
  return { id, url, adminAddress, kind: "child", startedAt: 1000, ...about };
}

/** The members of rooms by name; each member can move. */
export function report(
  rooms: Record<string, number | Partial<RoomReport>> = {},
  figures: Partial<ServerReport> = {},
): ServerReport {
  const told = Object.entries(rooms).map(([room, of]): RoomReport => {
    const about = typeof of === "number" ? { members: of } : of;
    const members = about.members ?? 1;
    return { room, members, movable: members, writes: 0, ...about };
  });
  const quiet = { writesPerSecond: 0, lagMs: 0, memoryBytes: 0, problem: null, emptiesAt: null };
  const connections = told.reduce((sum, { members }) => sum + members, 0);
  return { ...quiet, connections, isWhole: true, rooms: told, ...figures };
}

export interface TestServer {
  server: KnownServer;
  /** What it was told to do. */
  orders: FleetOrder[];
}

export function join(registry: Registry, id: string, about: Partial<Introduction> = {}): TestServer {
  const orders: FleetOrder[] = [];
  return { server: registry.add(introduction(id, about), (order) => orders.push(order)), orders };
}

/** A fleet that starts nothing by itself; what it is asked to start is a process that does nothing. */
export function testFleet(policy: Partial<PolicyOptions> = {}): { fleet: Fleet; clock: FakeClock } {
  const clock = new FakeClock();
  const fleet = new Fleet(
    {
      ...{ host: "127.0.0.1", port: 0, tls: null, adminHost: "127.0.0.1", adminPort: 0, adminToken: null },
      policy: { ...DEFAULT_POLICY, min: 0, ...policy },
      program: { command: ["sh", "-c", "exec sleep 60", "--"], env: {} },
      drainTimeout: 0,
    },
    { id: "balancer", broker: null, channel: null, clock, random: seededRandom(1), log: silentLogger },
  );
  fleet.start();
  return { fleet, clock };
}
