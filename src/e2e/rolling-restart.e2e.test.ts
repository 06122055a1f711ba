import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasRedis, startRedis } from "../broker/redis/test-redis.ts";
import { freePort } from "../broker/redis/test-redis-process.ts";
import { type RunningServer, run, start, startServer, until } from "./harness.ts";
import { statsOf } from "./server-stats.ts";

const folder = mkdtempSync(join(tmpdir(), "scale-chat-rolling-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Summary {
  sent: number;
  expected: number;
  received: number;
  loss: number;
  repeated: number;
  disturbances: { redirects: number; lost_clients: number; gaps: number };
}

// The upgrade in docs/operations.md: instances one after the other, each waiting until the one before it is ready.
describe.skipIf(!hasRedis)("a rolling restart (needs redis-server)", () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test("of servers over one Redis: nobody misses a message, and nobody gets one twice", async () => {
    const ports = [freePort(), freePort()];
    const address = (i: number) => `ws://127.0.0.1:${ports[i]}`;
    const launch = (i: number) =>
      startServer(["--port", `${ports[i]}`, "--drain-to", address(1 - i), "--drain-timeout", "3s"], {
        env: { SCALE_CHAT_REDIS: redis.url },
      });
    const servers: RunningServer[] = [await launch(0), await launch(1)];
    try {
      const out = join(folder, "rolling.csv");
      const load = ["--rooms", "8", "--room-size", "5", "--interval", "100ms", "--ramp", "200ms"];
      const loading = start([
        ...["loadtest", "--url", address(0), "--url", address(1), ...load, "--duration", "60s"],
        ...["--settle", "10s", "--processes", "1", "--quiet", "--json", "--out", out],
      ]);
      await until(async () => (await statsOf(servers[1]!)).messages_in > 100, "messages on their way");
      for (const i of [0, 1]) {
        expect(await servers[i]!.stop()).toBe(0);
        servers[i] = await launch(i);
        await until(async () => (await fetchReady(servers[i]!)) === 200, "it to be ready");
        // Those who were sent away stay where they are; the next to stop sends them here.
        await until(
          async () => (await statsOf(servers[1 - i]!)).messages_in > 0,
          "the other one to be in use",
        );
      }
      loading.signal("SIGINT");
      expect(await loading.exited).toBe(0);
      const [summary] = JSON.parse(loading.stdout).runs as Summary[];
      expect(summary).toMatchObject({ loss: 0, repeated: 0, received: summary!.expected });
      expect(summary!.disturbances).toMatchObject({ lost_clients: 0, gaps: 0 });
      // Half of the clients were sent away by the first, and all by the second.
      expect(summary!.disturbances.redirects).toBeGreaterThanOrEqual(60);
      expect((await run(["report", out])).exitCode).toBe(0);
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
    }
  }, 60_000);
});

async function fetchReady({ adminPort }: RunningServer): Promise<number> {
  return (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status;
}
