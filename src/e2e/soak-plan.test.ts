import { expect, test } from "bun:test";
import { seededRandom } from "../lib/random.ts";
import { FAULT_KINDS, planFaults } from "./soak-plan.ts";

const MINUTES = {
  ...{ durationMs: 300_000, meanPauseMs: 500, kinds: FAULT_KINDS },
  targets: { server: 2, client: 8, link: 2, log: 1 },
};

test("the same seed gives the same faults, another one others", () => {
  expect(planFaults(MINUTES, seededRandom(1))).toEqual(planFaults(MINUTES, seededRandom(1)));
  expect(planFaults(MINUTES, seededRandom(1))).not.toEqual(planFaults(MINUTES, seededRandom(2)));
});

test("faults come in order, of every kind, and are over at the end", () => {
  const faults = planFaults(MINUTES, seededRandom(3));
  expect(faults.length).toBeGreaterThan(200);
  expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(FAULT_KINDS));
  expect(faults.map(({ at }) => at)).toEqual(faults.map(({ at }) => at).sort((a, b) => a - b));
  for (const { at, forMs } of faults) expect(at + forMs).toBeLessThanOrEqual(MINUTES.durationMs + 1);
});

test("what has to come first does, whatever the seed", () => {
  for (let seed = 0; seed < 20; seed++) {
    const faults = planFaults({ ...MINUTES, durationMs: 5000, first: "failover" }, seededRandom(seed));
    expect(faults[0]!.kind).toBe("failover");
  }
});

test("only what is asked for goes wrong", () => {
  const faults = planFaults({ ...MINUTES, kinds: ["kill", "cut"] }, seededRandom(5));
  expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(["kill", "cut"]));
});

test("spells overlap, but not at one server, link, log or client", () => {
  const faults = planFaults(MINUTES, seededRandom(4));
  const overlapping = faults.flatMap((one, index) =>
    faults
      .slice(index + 1)
      .filter((other) => other.at < one.at + one.forMs)
      .map((other) => [one, other] as const),
  );
  expect(overlapping.length).toBeGreaterThan(10);
  for (const [one, other] of overlapping) {
    expect(one.on === other.on && one.target === other.target).toBe(false);
  }
});
