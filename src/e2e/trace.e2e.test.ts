import { describe, expect, test } from "bun:test";
import { hasRedis, startRedis } from "../broker/redis/test-redis.ts";
import { type RunningServer, run, startServer, until } from "./harness.ts";
import { RoomClient } from "./room-client.ts";

interface Line {
  event: string;
  message_id: string;
  outcome?: string;
  received?: number;
  published?: number;
  delivered: number;
  sent: number;
}

/** What a server has logged of messages' ways. */
function traces({ stdout }: RunningServer): Line[] {
  const lines = stdout.split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Line).filter(({ event }) => event === "trace");
}

/** Someone says three things; resolves when everyone who listens has heard them. */
async function sayThree(servers: readonly RunningServer[]): Promise<void> {
  const clients = servers.map(
    ({ port }, i) => new RoomClient(`ws://127.0.0.1:${port}`, `n-${i}`, "tea-room"),
  );
  try {
    await until(() => clients.every((client) => client.servers.length === 1), "everyone to be in");
    for (const text of ["one-thing", "other-thing", "last-thing"]) clients[0]!.connection.send(text);
    await until(() => clients.every(({ texts }) => texts.length === 3), "everyone to hear it");
  } finally {
    for (const { connection } of clients) connection.close();
  }
}

describe("--debug-trace", () => {
  test.skipIf(!hasRedis)("follows a message through two servers by its id (needs redis-server)", async () => {
    const redis = await startRedis();
    const env = { SCALE_CHAT_REDIS: redis.url };
    const servers: RunningServer[] = [];
    try {
      for (let i = 0; i < 2; i++) servers.push(await startServer(["--debug-trace", "1/1"], { env }));
      await sayThree(servers);
      const [here, there] = servers as [RunningServer, RunningServer];
      await until(() => traces(here).length === 3 && traces(there).length === 3, "all lines");
      const ids = traces(here).map(({ message_id }) => message_id);
      expect(new Set(ids).size).toBe(3);
      expect(traces(there).map(({ message_id }) => message_id)).toEqual(ids);
      for (const { outcome, received, published, delivered, sent } of traces(here)) {
        expect(outcome).toBe("stored");
        expect(published).toBeGreaterThanOrEqual(received!);
        expect(delivered).toBeGreaterThanOrEqual(received!);
        expect(sent).toBeGreaterThanOrEqual(delivered);
      }
      for (const line of traces(there)) {
        expect(Object.keys(line)).toEqual([
          "time",
          "level",
          "event",
          "message_id",
          "offset",
          "delivered",
          "sent",
        ]);
      }
      for (const { stdout } of servers) expect(stdout).not.toMatch(/thing|tea-room|"n-0"/);
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
      await redis.stop();
    }
  });

  test("is off by default", async () => {
    const server = await startServer();
    await sayThree([server]);
    expect(await server.stop()).toBe(0);
    expect(traces(server)).toEqual([]);
  });

  test.each(["1000", "2/3", "1/0", "all"])("does not take %p", async (share) => {
    const { exitCode, stderr } = await run(["serve", "--debug-trace", share]);
    expect(stderr).toContain("Not one in so many: try 1/1000, or 1/1 for all.");
    expect(exitCode).toBe(2);
  });
});
