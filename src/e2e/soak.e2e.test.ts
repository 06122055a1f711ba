import { expect, test } from "bun:test";
import { DEADLINE_MS } from "./harness.ts";
import { soak } from "./soak.ts";

const SEED = Number(process.env.SOAK_SEED ?? Math.floor(Math.random() * 2 ** 32));

test(
  `through faults of every kind everyone sees everything once, in one order (SOAK_SEED=${SEED})`,
  async () => {
    const load = { durationMs: 8000, rooms: 2, clientsPerRoom: 4, rate: 150, meanPauseMs: 350 };
    const { verdict, reportedGaps, problems, deliveries, published, faults } = await soak({
      seed: SEED,
      ...load,
    });
    expect({ details: verdict.details, problems }).toEqual({ details: [], problems: [] });
    expect(verdict).toMatchObject({ lost: 0, repeated: 0, reordered: 0, unreportedGaps: 0 });
    expect(reportedGaps).toBe(0);
    // It was a soak: there was a load, and there were faults.
    expect(published).toBeGreaterThan(1000);
    expect(deliveries).toBe(published * load.clientsPerRoom);
    expect(Object.values(faults).reduce((sum, count) => sum + count)).toBeGreaterThan(5);
  },
  8000 + 5 * DEADLINE_MS,
);
