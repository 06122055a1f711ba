import { expect, test } from "bun:test";
import type { FleetOrder, ServerReport } from "../../protocol/fleet.ts";
import { Membership, type Voice } from "./membership.ts";

const report: ServerReport = {
  ...{ at: 0, writesPerSecond: 0, lagMs: 0, connections: 0, memoryBytes: 0, problem: null },
  ...{ isWhole: true, rooms: [] },
};
const introduction = {
  ...{ id: "a", url: "ws://a:1", adminAddress: "a:2", kind: "child" as const, startedAt: 0 },
};

/** A balancer that this server listens to. */
class TestVoice implements Voice {
  obey!: (order: FleetOrder) => void;
  reports = 0;
  join(_: unknown, obey: (order: FleetOrder) => void) {
    this.obey = obey;
  }
  report(_: ServerReport) {
    this.reports++;
  }
  async leave() {}
}

function joinFleet() {
  const voice = new TestVoice();
  const membership = new Membership();
  membership.add(voice);
  const wholes: boolean[] = [];
  const moved: unknown[] = [];
  const server = {
    ...{ port: 1, adminPort: 2 },
    report: (isWhole: boolean) => {
      wholes.push(isWhole);
      return report;
    },
    move: (reason: string, moves: unknown) => moved.push({ reason, moves }),
  };
  membership.join(server, introduction);
  return { voice, membership, wholes, moved };
}

test("an order to drain names a place for each client of a room, and one for whoever came later", async () => {
  const { voice, membership, wholes } = joinFleet();
  expect(wholes).toEqual([true]);
  const moves = [
    { room: "r", clients: 2, url: "ws://b:1" },
    { room: "r", clients: 1, url: "ws://c:1" },
    { room: "s", clients: 1, url: "ws://c:1" },
  ];
  voice.obey({ type: "drain", reason: "enough", moves, other: "ws://d:1" });
  const { reason, target } = await membership.dismissed;
  expect(reason).toBe("enough");
  expect(["r", "r", "r", "r", "s", "unknown", null].map(target)).toEqual([
    ...["ws://b:1", "ws://b:1", "ws://c:1", "ws://c:1", "ws://c:1", "ws://d:1", "ws://d:1"],
  ]);
  await membership.leave();
});

test("an order to move is the server's to carry out", async () => {
  const { voice, membership, moved } = joinFleet();
  const moves = [{ room: "r", clients: 2, url: "ws://b:1" }];
  voice.obey({ type: "move", reason: "too much", moves });
  expect(moved).toEqual([{ reason: "too much", moves }]);
  await membership.leave();
});
