import { expect, test } from "bun:test";
import { hasRedis } from "../broker/redis/test-redis.ts";
import { DEADLINE_MS } from "./harness.ts";
import { soak } from "./soak.ts";
import type { SoakOptions, SoakResult } from "./soak-result.ts";

const SEED = Number(process.env.SOAK_SEED ?? Math.floor(Math.random() * 2 ** 32));
const LOAD = { durationMs: 8000, kept: 5000, rooms: 2, clientsPerRoom: 4, rate: 150, meanPauseMs: 350 };

if (!hasRedis && process.env.CI === "true") throw new Error("redis-server is not installed");

/** What a soak must not find, and that it was one: there was a load, and there were faults. */
async function expectClean(options: Partial<SoakOptions> & Pick<SoakOptions, "over">): Promise<SoakResult> {
  const result = await soak({ seed: SEED, ...LOAD, ...options });
  const { verdict, problems, published, faults } = result;
  expect({ details: verdict.details, problems }).toEqual({ details: [], problems: [] });
  expect(verdict).toMatchObject({
    ...{ lost: 0, repeated: 0, reordered: 0, unreportedGaps: 0, needlessGaps: 0 },
  });
  expect(published).toBeGreaterThan(1000);
  expect(Object.values(faults).reduce((sum, count) => sum + count)).toBeGreaterThan(5);
  return result;
}

for (const over of ["durable", "redis"] as const) {
  test.skipIf(over !== "durable" && !hasRedis)(
    `over ${over}, through faults of every kind, everyone sees everything once, in one order (SOAK_SEED=${SEED})`,
    async () => {
      const { deliveries, published, losses, reportedGaps } = await expectClean({ over });
      if (losses > 0) return;
      expect(reportedGaps).toBe(0);
      expect(deliveries).toBe(published * LOAD.clientsPerRoom);
    },
    LOAD.durationMs + 5 * DEADLINE_MS,
  );
}

const CLUSTER = { durationMs: 12_000, meanPauseMs: 700, first: "failover" } as const;

test.skipIf(!hasRedis)(
  `over a cluster, also while a replica takes over from its master (SOAK_SEED=${SEED})`,
  async () => {
    const { faults, losses } = await expectClean({ over: "cluster", ...CLUSTER });
    expect(losses).toBe(faults.failover!);
    expect(losses).toBeGreaterThan(0);
  },
  CLUSTER.durationMs + 5 * DEADLINE_MS,
);

test(
  `a client that was away for longer than the log keeps is told what it missed (SOAK_SEED=${SEED})`,
  async () => {
    // An eighth of a second of a room: a client that was cut is hardly ever back before that.
    const { reportedGaps } = await expectClean({ over: "durable", kept: 10 });
    expect(reportedGaps).toBeGreaterThan(0);
  },
  LOAD.durationMs + 5 * DEADLINE_MS,
);
