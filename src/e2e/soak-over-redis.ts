import { startRedis, type TestRedis } from "../broker/redis/test-redis.ts";
import type { Random } from "../lib/random.ts";
import { emptyHeld, type Held, readHeld } from "./soak-held.ts";
import type { FaultKind } from "./soak-plan.ts";
import { type Lose, prepareFleet, SERVER_FAULTS, type SoakWorld, startAll } from "./soak-world.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/**
 * Servers over one Redis, which forgets nothing that it has answered unless it is made to. Each has a proxy on its way
 * to Redis, and one in front, under whose address another server sends its clients here.
 */
export async function redisWorld(random: Random, options: readonly string[]): Promise<SoakWorld> {
  const redis = await startRedis({ keepsData: true });
  const links: TcpProxy[] = [];
  const storage = (number: number) => ["--redis", `redis://127.0.0.1:${links[number]!.port}`, ...options];
  const servers = await prepareFleet(storage);
  for (const _ of servers) links.push(await startTcpProxy(redis.port, random));
  const clear = async () => {
    await Promise.all(servers.map((server) => server.clear()));
    await Promise.all(links.map((link) => link.close()));
    await redis.stop();
  };
  await startAll(servers, clear);
  return {
    ...{ servers, links, clear },
    kinds: [...SERVER_FAULTS, "redirect", ...LINK_FAULTS, ...LOG_FAULTS],
    breakLog: (kind, forMs, lose) => breakRedis({ redis, links }, kind, forMs, lose),
  };
}

const LINK_FAULTS = ["redis-cut", "redis-half-open", "redis-slow"] as const;
const LOG_FAULTS = ["redis-kill", "redis-restart", "redis-pause", "redis-empty"] as const;

interface Place {
  redis: TestRedis;
  /** The servers' ways to it. */
  links: readonly TcpProxy[];
}

async function breakRedis(place: Place, kind: FaultKind, forMs: number, lose: Lose): Promise<void> {
  const { redis } = place;
  switch (kind) {
    case "redis-kill":
      await lose(async () => {
        redis.signal("SIGKILL");
        await Bun.sleep(forMs);
        return restartEmpty(place);
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
      await lose(() => emptyHeld(redis.port));
      break;
    default:
      throw new Error(`${kind}: not a fault of Redis`);
  }
}

/** Takes the place of a killed Redis with an empty one; answers with what the killed one held. */
async function restartEmpty({ redis, links }: Place): Promise<Held[]> {
  for (const link of links) link.target = NOBODY;
  try {
    // It comes once more to be asked, and no server reaches it.
    await redis.restart();
    const held = await readHeld(redis.port);
    await redis.restartEmpty();
    return held;
  } finally {
    for (const link of links) link.target = redis.port;
  }
}

/** A port on which nothing listens. */
const NOBODY = 1;
