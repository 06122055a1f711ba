import { expect, test } from "bun:test";
import { $ } from "bun";
import { until } from "../../lib/test-until.ts";
import { parseClusterAddress } from "./address.ts";
import { openBroker, says } from "./test-broker.ts";
import { hasRedis } from "./test-redis.ts";
import { freePort, launchRedis } from "./test-redis-process.ts";

test.skipIf(!hasRedis)(
  "a cluster that is not ready yet is waited for (needs redis-server)",
  async () => {
    const node = await launchRedis(freePort(), [
      ...["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"],
    ]);
    const opening = openBroker(parseClusterAddress(`127.0.0.1:${node.port}`), "early");
    // Asked, and found not to be ready.
    const calls = () => $`redis-cli -p ${node.port} info commandstats`.quiet().text();
    await until(async () => (await calls()).includes("cluster|slots"), "the first look");
    await $`redis-cli -p ${node.port} cluster addslotsrange 0 16383`.quiet();
    const broker = await opening;
    expect(await broker.publish("r", says(1))).toMatchObject({ offset: 1 });
    await broker.close();
    await node.remove();
  },
  20_000,
);
