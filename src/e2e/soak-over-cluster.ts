import { startCluster } from "../broker/redis/test-cluster.ts";
import { prepareFleet, SERVER_FAULTS, type SoakWorld, startAll } from "./soak-world.ts";

/** Servers over a Redis Cluster of three masters, each with a replica, whose masters are killed. */
export async function clusterWorld(options: readonly string[]): Promise<SoakWorld> {
  const cluster = await startCluster(1);
  const servers = await prepareFleet(() => ["--redis-cluster", cluster.nodes, ...options]);
  const clear = async () => {
    await Promise.all(servers.map((server) => server.clear()));
    await cluster.stop();
  };
  await startAll(servers, clear);
  return {
    ...{ servers, links: [], clear },
    kinds: [...SERVER_FAULTS, "redirect", "failover"],
    // A replica takes over with what it has copied: what was acknowledged last may be lost.
    breakLog: (_, __, lose) => lose(() => cluster.failover().then(() => [])),
  };
}
