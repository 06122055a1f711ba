import { expect, test } from "bun:test";
import { DEFAULT_POLICY } from "../../src/fleet/policy/options.ts";
import { Ours, Plain } from "./rules.ts";
import { type MakeRules, Simulation } from "./simulate.ts";

const SIZE = { servers: 10, users: 20_000, hours: 4, seed: 7, step: 2 };
const ours: MakeRules = (world, options) => new Ours(world, options);
const plain: MakeRules = (world, options) => new Plain(world, options);

test("a morning gives the same figures for the same seed, and others for another", () => {
  const run = (seed: number) => new Simulation({ ...SIZE, seed }, DEFAULT_POLICY, ours).run();
  expect(run(7)).toEqual(run(7));
  expect(run(8)).not.toEqual(run(7));
});

test("every server's figures are those of the rooms on it, whatever was moved", () => {
  for (const rules of [ours, plain]) {
    const simulation = new Simulation(SIZE, DEFAULT_POLICY, rules);
    const summary = simulation.run();
    expect(summary.spawns).toBeGreaterThan(0);
    for (const server of simulation.world.servers) {
      let [members, writes] = [0, 0];
      for (const cell of server.rooms.values()) {
        expect(cell.members).toBeGreaterThan(0);
        expect(cell.room.cells).toContain(cell);
        members += cell.members;
        writes += cell.members * cell.room.rate;
      }
      expect(server.connections).toBe(members);
      expect(Math.abs(server.writes - writes)).toBeLessThan(1 + writes / 1e6);
    }
    for (const room of simulation.world.rooms) {
      expect(room.members).toBe(room.cells.reduce((sum, { members }) => sum + members, 0));
      expect(room.servers).toEqual(room.cells.map(({ server }) => server));
    }
  }
});

test("rooms stay together, which rules that do not look at them cannot", () => {
  const size = { ...SIZE, servers: 40, users: 80_000, hours: 2 };
  const [together, scattered] = [ours, plain].map((rules) =>
    new Simulation(size, DEFAULT_POLICY, rules).run(),
  );
  expect(together!.copies).toBeLessThan(scattered!.copies / 2);
});
