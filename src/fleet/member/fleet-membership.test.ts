import { expect, test } from "bun:test";
import type { FleetOrder, ServerReport } from "../../protocol/fleet.ts";
import { type BalancerLink, FleetMembership } from "./fleet-membership.ts";

const report: ServerReport = {
  ...{ writesPerSecond: 0, lagMs: 0, connections: 0, memoryBytes: 0, problem: null },
  ...{ isWhole: true, emptiesAt: null, rooms: [] },
};
const introduction = {
  ...{ id: "a", url: "ws://a:1", adminAddress: "a:2", kind: "child" as const, startedAt: 0 },
};

/** A balancer that this server listens to. */
class TestLink implements BalancerLink {
  onOrder!: (order: FleetOrder) => void;
  reports = 0;
  join(_: unknown, onOrder: (order: FleetOrder) => void) {
    this.onOrder = onOrder;
  }
  report(_: ServerReport) {
    this.reports++;
  }
  async leave() {}
}

function joinFleet() {
  const link = new TestLink();
  const membership = new FleetMembership();
  membership.add(link);
  const wholes: boolean[] = [];
  const moved: unknown[] = [];
  const server = {
    ...{ port: 1, adminPort: 2 },
    report: (isWhole: boolean) => {
      wholes.push(isWhole);
      return report;
    },
    redistribute: (reason: string, moves: unknown) => moved.push({ reason, moves }),
  };
  membership.join(server, introduction);
  return { link, membership, wholes, moved };
}

test("an order to drain names a place for each client of a room, and one for whoever came later", async () => {
  const { link, membership, wholes } = joinFleet();
  expect(wholes).toEqual([true]);
  const moves = [
    { room: "r", clients: 2, url: "ws://b:1" },
    { room: "r", clients: 1, url: "ws://c:1" },
    { room: "s", clients: 1, url: "ws://c:1" },
  ];
  link.onOrder({ type: "drain", reason: "enough", moves, other: "ws://d:1" });
  const { reason, target } = await membership.dismissed;
  expect(reason).toBe("enough");
  expect(["r", "r", "r", "r", "s", "unknown", null].map(target)).toEqual([
    ...["ws://b:1", "ws://b:1", "ws://c:1", "ws://c:1", "ws://c:1", "ws://d:1", "ws://d:1"],
  ]);
  await membership.leave();
});

test("an order to move is the server's to carry out", async () => {
  const { link, membership, moved } = joinFleet();
  const moves = [{ room: "r", clients: 2, url: "ws://b:1" }];
  link.onOrder({ type: "redistribute", reason: "too much", moves });
  expect(moved).toEqual([{ reason: "too much", moves }]);
  await membership.leave();
});
