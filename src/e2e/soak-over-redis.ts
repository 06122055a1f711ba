import { startRedis, type TestRedis } from "../broker/redis/test-redis.ts";
import type { Random } from "../lib/random.ts";
import type { FaultKind } from "./soak-plan.ts";
import { SoakServer } from "./soak-server.ts";
import { KEPT, type Lose, SERVER_FAULTS, type SoakWorld, startAll } from "./soak-world.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

const SERVERS = 3;

/** Short: a server that stops sends its clients away within a good second. */
const DRAIN_TIMEOUT = "2s";

/**
 * Servers over one Redis, which forgets nothing that it has answered unless it is made to. Each has a proxy on its way
 * to Redis, and one in front, under whose address another server sends its clients here.
 */
export async function redisWorld(random: Random): Promise<SoakWorld> {
  const redis = await startRedis({ keepsData: true });
  const links: TcpProxy[] = [];
  const servers: SoakServer[] = [];
  for (let number = 0; number < SERVERS; number++) {
    const link = await startTcpProxy(redis.port, random);
    links.push(link);
    const args = () => [
      ...["--redis", `redis://127.0.0.1:${link.port}`, ...KEPT],
      ...["--drain-timeout", DRAIN_TIMEOUT, "--drain-to", addressOf(servers[(number + 1) % SERVERS]!)],
    ];
    servers.push(await SoakServer.prepare(args));
  }
  const clear = async () => {
    await Promise.all(servers.map((server) => server.clear()));
    await Promise.all(links.map((link) => link.close()));
    await redis.stop();
  };
  try {
    await startAll(servers);
  } catch (error) {
    await clear();
    throw error;
  }
  return {
    ...{ servers, links, clear },
    kinds: [...SERVER_FAULTS, "redirect", ...LINK_FAULTS, ...LOG_FAULTS],
    breakLog: (kind, forMs, lose) => breakRedis(redis, kind, forMs, lose),
  };
}

const LINK_FAULTS = ["redis-cut", "redis-half-open", "redis-slow"] as const;
const LOG_FAULTS = ["redis-kill", "redis-restart", "redis-pause", "redis-empty"] as const;

async function breakRedis(redis: TestRedis, kind: FaultKind, forMs: number, lose: Lose): Promise<void> {
  switch (kind) {
    case "redis-kill":
      await lose(async () => {
        redis.signal("SIGKILL");
        await Bun.sleep(forMs);
        await redis.restartEmpty();
      });
      break;
    case "redis-restart":
      redis.signal("SIGKILL");
      await Bun.sleep(forMs);
      await redis.restart();
      break;
    case "redis-pause":
      redis.signal("SIGSTOP");
      await Bun.sleep(forMs);
      redis.signal("SIGCONT");
      break;
    case "redis-empty":
      await lose(() => redis.empty());
      break;
    default:
      throw new Error(`${kind}: not a fault of Redis`);
  }
}

function addressOf({ port }: SoakServer): string {
  return `ws://127.0.0.1:${port}`;
}
