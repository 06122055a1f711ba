import { expect, test } from "bun:test";
import { hasRedis } from "../broker/redis/test-redis.ts";
import { DEADLINE_MS } from "./harness.ts";
import { soak } from "./soak.ts";
import { OVER } from "./soak-result.ts";

const SEED = Number(process.env.SOAK_SEED ?? Math.floor(Math.random() * 2 ** 32));
const LOAD = { durationMs: 8000, kept: 5000, rooms: 2, clientsPerRoom: 4, rate: 150, meanPauseMs: 350 };

if (!hasRedis && process.env.CI === "true") throw new Error("redis-server is not installed");

for (const over of OVER.filter((name) => name !== "cluster")) {
  test.skipIf(over !== "durable" && !hasRedis)(
    `over ${over}, through faults of every kind, everyone sees everything once, in one order (SOAK_SEED=${SEED})`,
    async () => {
      const result = await soak({ seed: SEED, over, ...LOAD });
      const { verdict, problems, deliveries, published, faults, losses, reportedGaps } = result;
      expect({ details: verdict.details, problems }).toEqual({ details: [], problems: [] });
      expect(verdict).toMatchObject({
        ...{ lost: 0, repeated: 0, reordered: 0, unreportedGaps: 0, needlessGaps: 0 },
      });
      if (losses === 0) {
        expect(reportedGaps).toBe(0);
        expect(deliveries).toBe(published * LOAD.clientsPerRoom);
      }
      // It was a soak: there was a load, and there were faults.
      expect(published).toBeGreaterThan(1000);
      expect(Object.values(faults).reduce((sum, count) => sum + count)).toBeGreaterThan(5);
    },
    LOAD.durationMs + 5 * DEADLINE_MS,
  );
}
