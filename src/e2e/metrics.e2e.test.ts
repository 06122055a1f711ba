import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { hasRedis, startRedis } from "../broker/redis/test-redis.ts";
import { Scrape, total } from "../lib/metrics/test-scrape.ts";
import { BalancerView } from "./balancer-view.ts";
import { type RunningServer, startBalancer, startServer, until } from "./harness.ts";
import { RoomClient } from "./room-client.ts";

const MESSAGES = 20;

/** Clients of one room, so many on each of these servers, each of whom says something and hears everything. */
async function chat(urls: readonly string[], clientsOn: readonly number[]): Promise<void> {
  const clients = urls.flatMap((url, server) =>
    Array.from({ length: clientsOn[server]! }, (_, i) => new RoomClient(url, `c-${server}-${i}`)),
  );
  try {
    await until(() => clients.every(({ servers }) => servers.length === 1), "everyone to be in");
    for (let n = 0; n < MESSAGES; n++) for (const { connection } of clients) connection.send(`message ${n}`);
    const everything = MESSAGES * clients.length;
    await until(() => clients.every(({ seen }) => seen.length === everything), "everyone to hear everything");
    await until(() => clients.every(({ acked }) => acked === MESSAGES), "everything to be acknowledged");
  } finally {
    for (const { connection } of clients) connection.close();
  }
}

/** What two servers have to tell of a chat of 2 and 3 clients. */
function expectSums(scrapes: readonly [Scrape, Scrape]): void {
  const said = [2 * MESSAGES, 3 * MESSAGES] as const;
  scrapes.forEach((scrape, server) => {
    const [own, other] = [said[server]!, said[1 - server]!];
    const members = own / MESSAGES;
    expect(scrape.messages("incoming_from_client")).toBe(own);
    expect(scrape.messages("outgoing_to_distributor")).toBe(own);
    // Its own ones come back to it, too.
    expect(scrape.messages("incoming_from_distributor")).toBe(own + other);
    expect(scrape.messages("outgoing_from_client")).toBe(own * members);
    expect(scrape.messages("outgoing_from_distributor")).toBe(other * members);
    expect(scrape.value("scale_chat_timing_processing_count")).toBe(own);
    expect(scrape.value("scale_chat_broker_publish_seconds_count")).toBe(own);
    expect(scrape.value("scale_chat_broker_waiting_messages")).toBe(0);
    expect(scrape.value("scale_chat_broker_lag_seconds")).toBe(0);
  });
}

const scrapeBoth = async (ports: readonly number[]) =>
  (await Promise.all(ports.map((port) => Scrape.of(port)))) as [Scrape, Scrape];

describe("the messages of a chat on two servers add up", () => {
  test.skipIf(!hasRedis)("over a Redis (needs redis-server)", async () => {
    const redis = await startRedis();
    const env = { SCALE_CHAT_REDIS: redis.url };
    const servers: RunningServer[] = [];
    try {
      for (let i = 0; i < 2; i++) servers.push(await startServer([], { env }));
      await chat(
        servers.map(({ port }) => `ws://127.0.0.1:${port}`),
        [2, 3],
      );
      const scrapes = await scrapeBoth(servers.map(({ adminPort }) => adminPort));
      expectSums(scrapes);
      for (const scrape of scrapes) {
        expect(scrape.value('scale_chat_broker_up{kind="redis"}')).toBe(1);
        expect(scrape.value('scale_chat_broker_link_up{link="commands"}')).toBe(1);
        expect(scrape.value('scale_chat_broker_link_up{link="subscriptions"}')).toBe(1);
      }
      expect(total(scrapes, (scrape) => scrape.value("scale_chat_broker_batched_total"))).toBe(5 * MESSAGES);

      redis.signal("SIGKILL");
      const isDown = async () =>
        (await Scrape.of(servers[0]!.adminPort)).value('scale_chat_broker_up{kind="redis"}') === 0;
      await until(isDown, "the server to tell that Redis is away");
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
      await redis.stop();
    }
  });

  test("over the log of a balancer, which counts them as well", async () => {
    const fleet = new BalancerView(await startBalancer(["--min", "2", "--max", "2"]));
    try {
      const servers = await fleet.ready(2);
      await chat(
        servers.map(({ url }) => url),
        [2, 3],
      );
      const targets = (await (await fetch(`${fleet.adminUrl}/prometheus/targets`)).json()) as Array<{
        targets: string[];
        labels: { server_id: string };
      }>;
      const ports = servers.map(({ id }) => {
        const [target] = targets.find(({ labels }) => labels.server_id === id)!.targets;
        return Number(target!.split(":")[1]);
      });
      const scrapes = await scrapeBoth(ports);
      expectSums(scrapes);
      const balancer = await Scrape.of(fleet.balancer.adminPort);
      for (const [direction, type] of [
        ["incoming", "outgoing_to_distributor"],
        ["outgoing", "incoming_from_distributor"],
      ] as const) {
        expect(balancer.value(`scale_chat_relay_messages_total{direction="${direction}"}`)).toBe(
          total(scrapes, (scrape) => scrape.messages(type)),
        );
      }
      expect(balancer.value('scale_chat_fleet_servers{phase="ready"}')).toBe(2);
      expect(balancer.value('scale_chat_fleet_events_total{type="joined"}')).toBe(2);
    } finally {
      await fleet.balancer.kill();
    }
  });
});

test("docs/operations.md explains every metric, and no other", async () => {
  const fleet = new BalancerView(await startBalancer(["--min", "0"]));
  const server = await startServer();
  try {
    const told = [await Scrape.of(fleet.balancer.adminPort), await Scrape.of(server.adminPort)];
    const docs = await Bun.file(join(import.meta.dir, "../../docs/operations.md")).text();
    const explained = [...docs.matchAll(/^\| `((?:scale_chat|process)_\w+)/gm)].map(([, name]) => name!);
    expect(explained.sort()).toEqual([...new Set(told.flatMap(({ names }) => names))].sort());
  } finally {
    await Promise.all([server.kill(), fleet.balancer.kill()]);
  }
});
