import { describe, expect, test } from "bun:test";
import { $ } from "bun";
import { until } from "../../lib/test-until.ts";
import { parseRedisAddress } from "./address.ts";
import { listen, openBroker, publishUntilStored } from "./test-broker.ts";
import { hasRedis } from "./test-redis.ts";
import { freePort, launchRedis, type RedisProcess } from "./test-redis-process.ts";

/** A master, its replica and two Sentinels, which agree after a second that the master is gone. */
async function startSentinels() {
  const master = await launchRedis(freePort(), []);
  const sync = ["--repl-diskless-sync-delay", "0"];
  const replica = await launchRedis(freePort(), ["--replicaof", "127.0.0.1", `${master.port}`, ...sync]);
  const text = `
    sentinel monitor chat 127.0.0.1 ${master.port} 2
    sentinel down-after-milliseconds chat 1000
    sentinel failover-timeout chat 5000
  `;
  const sentinels: RedisProcess[] = [];
  for (let i = 0; i < 2; i++) sentinels.push(await launchRedis(freePort(), ["--sentinel"], { text }));
  for (const { port } of sentinels) {
    await until(async () => {
      const known = await $`redis-cli -p ${port} sentinel master chat`.quiet().text();
      return known.includes("num-slaves\n1") && known.includes("num-other-sentinels\n1");
    }, "the Sentinels to know everyone");
  }
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(",");
  return {
    master,
    address: parseRedisAddress(`redis+sentinel://${hosts}/chat`),
    stop: () => Promise.all([master, replica, ...sentinels].map((process) => process.remove())),
  };
}

describe.skipIf(!hasRedis)("Redis behind Sentinels (needs redis-server)", () => {
  test.each(["SIGKILL", "SIGSTOP"] as const)(
    "a master that gets a %s is replaced, and the room goes on",
    async (signal) => {
      const { master, address, stop } = await startSentinels();
      const [a, b] = [await openBroker(address, "sentinel"), await openBroker(address, "sentinel")];
      const heard = await listen(b);
      for (let number = 1; number <= 10; number++) await publishUntilStored(a, "r", number);
      await until(() => heard.messages.length === 10, "ten messages");
      master.signal(signal);
      await until(() => a.problem !== null, "the loss to be noticed", 15_000);
      for (let number = 11; number <= 20; number++) await publishUntilStored(a, "r", number);
      await until(() => heard.messages.at(-1)?.text === "20", "everything at the other server", 20_000);
      if (heard.gaps.length === 0) expect(heard.messages.length).toBe(20);
      await until(() => a.problem === null && b.problem === null, "both to be ready", 15_000);
      await Promise.all([a.close(), b.close()]);
      await stop();
    },
    60_000,
  );
});
