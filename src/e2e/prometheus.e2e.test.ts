import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasRedis, startRedis } from "../broker/redis/test-redis.ts";
import { BalancerView } from "./balancer-view.ts";
import { startBalancer, startServer, until } from "./harness.ts";
import { DISCOVERED_MS, hasPrometheus, type Labels, type Prometheus, startPrometheus } from "./prometheus.ts";

const TOKEN = "0123456789abcdef-of-the-operators";

let folder: string;
let fleet: BalancerView;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-prometheus-"));
  const token = join(folder, "token");
  writeFileSync(token, TOKEN);
  fleet = new BalancerView(await startBalancer(["--min", "2", "--max", "3", "--admin-token-file", token]));
  await fleet.ready(2);
});
afterAll(async () => {
  await fleet.balancer.kill();
  rmSync(folder, { recursive: true });
});

/** The admin port of a server, as it told it itself when it began to listen. */
function adminPortOf(id: string): Promise<number> {
  // The balancer may know of it before its line has come through the pipe.
  return until(() => {
    const line = fleet.balancer.stdout
      .split("\n")
      .slice(0, -1)
      .find((text) => text.includes('"listening"') && text.includes(`"${id}"`));
    return line === undefined ? null : (JSON.parse(line) as { admin_port: number }).admin_port;
  }, `server ${id} to say where it listens`);
}

const byId = (a: { server_id: string }, b: { server_id: string }) => (a.server_id < b.server_id ? -1 : 1);

/** What Prometheus should know of those servers. */
async function labelsOf(ids: readonly string[]): Promise<Labels[]> {
  const ports = await Promise.all(ids.map(adminPortOf));
  return ids
    .map((id, i) => ({ server_id: id, kind: "child", job: "scale-chat", instance: `127.0.0.1:${ports[i]}` }))
    .sort(byId);
}

async function serverIds(): Promise<string[]> {
  return (await fleet.stats()).servers.map(({ id }) => id);
}

interface TargetGroup {
  targets: string[];
  labels: Record<string, string>;
}

describe("/prometheus/targets", () => {
  test("has the form of http_sd_config: an address and text labels for each server", async () => {
    const response = await fetch(`${fleet.adminUrl}/prometheus/targets`);
    // Prometheus refuses any other type.
    expect(response.headers.get("content-type")).toMatch(/^application\/json(; ?charset=utf-8)?$/i);
    const groups = (await response.json()) as TargetGroup[];
    const expected = (await labelsOf(await serverIds())).map(({ server_id, kind, instance }) => ({
      targets: [instance],
      labels: { server_id, kind },
    }));
    expect(groups).toHaveLength(2);
    expect(groups).toEqual(expect.arrayContaining(expected));
  });

  test("names servers whose admin ports listen everywhere as Prometheus reaches the balancer", async () => {
    const wide = new BalancerView(await startBalancer(["--min", "1", "--admin-host", "0.0.0.0"]));
    try {
      await wide.ready(1);
      const targets = await targetsAt(wide, "chat.internal:3001", "child");
      expect(targets).toEqual([expect.stringMatching(/^chat\.internal:\d+$/)]);
    } finally {
      await wide.balancer.kill();
    }
  });

  test.skipIf(!hasRedis)(
    "names servers of other machines by where their clients go (needs redis-server)",
    async () => {
      const redis = await startRedis();
      const env = { SCALE_CHAT_REDIS: redis.url };
      const args = ["--advertise", "ws://chat-2.internal:8080", "--admin-host", "0.0.0.0"];
      const balancer = await startBalancer(["--min", "1", "--max", "1"], { env });
      const server = await startServer(args, { env });
      try {
        const remote = () => targetsAt(new BalancerView(balancer), "chat-1.internal:3001", "remote");
        expect(await until(remote, "the balancer to know the server")).toEqual([
          `chat-2.internal:${server.adminPort}`,
        ]);
      } finally {
        await Promise.all([server.kill(), balancer.kill()]);
        await redis.stop();
      }
    },
  );
});

/** The addresses of the servers of a kind, as told to one who reached the balancer as `host`; `null` for none. */
async function targetsAt({ adminUrl }: BalancerView, host: string, kind: string): Promise<string[] | null> {
  const response = await fetch(`${adminUrl}/prometheus/targets`, { headers: { host } });
  const groups = ((await response.json()) as TargetGroup[]).filter(({ labels }) => labels.kind === kind);
  return groups.length === 0 ? null : groups.flatMap(({ targets }) => targets);
}

describe.skipIf(!hasPrometheus)("a real Prometheus (needs prometheus)", () => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus(fleet.adminUrl);
  });
  afterAll(() => prometheus?.stop());

  test("has every server of the fleet as a target, with its labels", async () => {
    const ids = await serverIds();
    expect(ids).toHaveLength(2);
    await prometheus.knows(ids);
    expect(await prometheus.servers()).toEqual(await labelsOf(ids));
  }, 60_000);

  test("forgets a server that was killed, and knows its replacement", async () => {
    const [killed, kept] = (await serverIds()) as [string, string];
    process.kill(fleet.processes.get(killed)!, "SIGKILL");
    await fleetWithout(killed);
    const ids = await serverIds();
    expect(ids).toContain(kept);
    await prometheus.knows(ids);
    expect(await prometheus.servers()).toEqual(await labelsOf(ids));
  }, 60_000);

  test("forgets a server that was drained, and knows the one that came for it", async () => {
    const [drained] = (await serverIds()) as [string];
    const { status } = await fleet.order("DELETE", `/servers/${drained}`, TOKEN);
    expect(status).toBe(202);
    await fleetWithout(drained);
    const ids = await serverIds();
    await prometheus.knows(ids);
    expect(await prometheus.servers()).toEqual(await labelsOf(ids));
  }, 60_000);

  /** Waits until a server is gone and there are two again. */
  async function fleetWithout(id: string): Promise<void> {
    const isSo = async () => {
      const ids = await serverIds();
      return ids.length === 2 && !ids.includes(id);
    };
    await until(isSo, "another server in its place", DISCOVERED_MS);
  }
});
