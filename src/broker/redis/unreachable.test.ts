import { describe, expect, test } from "bun:test";
import { parseClusterAddress, parseRedisAddress } from "./address.ts";
import { openBroker } from "./test-broker.ts";
import { freePort } from "./test-redis-process.ts";
import { whyUnusable } from "./unreachable.ts";

const [one, two] = [freePort(), freePort()];
const refused = `127.0.0.1:${one} ECONNREFUSED, 127.0.0.1:${two} ECONNREFUSED`;

const addresses = `127.0.0.1:${one},127.0.0.1:${two}`;

describe("a Redis of several addresses where nothing is", () => {
  test("of a cluster: which were tried is said, and what happened at each", async () => {
    const address = parseClusterAddress(`redis://:secret@${addresses}`);
    const error = await openBroker(address, "test").catch((error) => error);
    expect(error.message).toBe(`Cannot use Redis at ${addresses}: ${refused}`);
  });

  test("of Sentinels, too", async () => {
    const address = parseRedisAddress(`redis+sentinel://${addresses}/chat`)!;
    const said =
      "All sentinels are unreachable. Retrying from scratch after 79ms. Last error: Connection is closed.";
    expect(await whyUnusable(address, new Error(said))).toBe(refused);
  });

  test("one that is no Redis is told from one that is not there", async () => {
    const hangsUp = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { open: (socket) => void socket.end(), data() {} },
    });
    const address = parseClusterAddress(`127.0.0.1:${one},127.0.0.1:${hangsUp.port}`);
    const error = await openBroker(address, "test").catch((error) => error);
    hangsUp.stop(true);
    expect(error.message).toEndWith(
      `127.0.0.1:${one} ECONNREFUSED, 127.0.0.1:${hangsUp.port} can be connected to, but does not answer as a Redis does`,
    );
  });

  test("nor is one that says nothing", async () => {
    const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const [plain, encrypted] = ["redis", "rediss"].map((scheme) =>
      openBroker(parseClusterAddress(`${scheme}://127.0.0.1:${silent.port}`), "test").catch((error) => error),
    );
    expect((await plain).message).toEndWith(
      `${silent.port} can be connected to, but does not answer as a Redis does`,
    );
    expect((await encrypted).message).toEndWith(`${silent.port} does not answer`);
    silent.stop(true);
  });

  test("what a node has said itself stays as it is", async () => {
    const address = parseClusterAddress(`127.0.0.1:${one}`)!;
    expect(await whyUnusable(address, new Error("NOAUTH Authentication required."))).toContain("NOAUTH");
  });
});
