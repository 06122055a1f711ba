import { $ } from "bun";
import { until } from "../../lib/test-until.ts";
import { freePort, launchRedis, type RedisProcess } from "./test-redis-process.ts";

/** A real Redis Cluster of a test's own: three masters, each with `replicas` replicas. */
export interface TestCluster {
  /** `host:port,host:port`, as `--redis-cluster` takes it. */
  nodes: string;
  ports: readonly number[];
  /** Kills a master that has a replica, waits until that took over, and brings the old one back as its replica. */
  failover(): Promise<void>;
  stop(): Promise<void>;
}

const MASTERS = 3;
/** Milliseconds until the other nodes agree that one is gone. */
const NODE_TIMEOUT_MS = 1000;

export async function startCluster(replicas = 0): Promise<TestCluster> {
  const processes: RedisProcess[] = [];
  for (let i = 0; i < MASTERS * (1 + replicas); i++) processes.push(await launchRedis(freePort(), OPTIONS));
  const addresses = processes.map(({ port }) => `127.0.0.1:${port}`);
  await $`redis-cli --cluster create ${addresses} --cluster-replicas ${replicas} --cluster-yes`.quiet();
  await until(() => everyoneAgrees(processes), "the cluster's nodes to agree");
  return {
    nodes: addresses.slice(0, 2).join(","),
    ports: processes.map(({ port }) => port),
    async failover() {
      const roles = await Promise.all(processes.map(({ port }) => roleOf(port)));
      const master = processes[roles.indexOf("master")]!;
      const before = roles.filter((role) => role === "master").length;
      await master.kill();
      await until(async () => {
        const left = await Promise.all(processes.map(({ port }) => roleOf(port)));
        return left.filter((role) => role === "master").length === before;
      }, "a replica to take over");
      await master.start();
      await until(() => everyoneAgrees(processes), "the old master to come back");
    },
    async stop() {
      await Promise.all(processes.map((process) => process.remove()));
    },
  };
}

const OPTIONS = [
  ...["--cluster-enabled", "yes", "--cluster-node-timeout", `${NODE_TIMEOUT_MS}`],
  // A replica that waits before it copies cannot take over meanwhile.
  ...["--repl-diskless-sync-delay", "0"],
];

async function everyoneAgrees(processes: readonly RedisProcess[]): Promise<boolean> {
  const states = await Promise.all(
    processes.map(({ port }) => $`redis-cli -p ${port} cluster info`.quiet().nothrow().text()),
  );
  const roles = await Promise.all(processes.map(({ port }) => roleOf(port)));
  return (
    states.every((state) => state.includes("cluster_state:ok")) &&
    states.every((state) => state.includes(`cluster_known_nodes:${processes.length}`)) &&
    roles.filter((role) => role === "master").length === MASTERS &&
    roles.filter((role) => role === "replica").length === processes.length - MASTERS
  );
}

/** Nothing when it does not answer, or is a replica that has not copied its master yet. */
async function roleOf(port: number): Promise<"master" | "replica" | null> {
  const lines = (await $`redis-cli -p ${port} role`.quiet().nothrow().text()).split("\n");
  if (lines[0]?.trim() === "master") return "master";
  return lines.some((line) => line.trim() === "connected") ? "replica" : null;
}
