import { hasRedis } from "../../../src/broker/redis/test-redis.ts";
import type { Contestant } from "../contestants/contestant.ts";
import { withFresh, withFreshRedis } from "../contestants/fresh.ts";
import { scaleChat } from "../contestants/scale-chat.ts";
import { socketIo } from "../contestants/scripted.ts";
import { count, describeSearch, FOUND, figuresOf, noteOf, shownOf } from "../figures/found.ts";
import { type RedisWork, redisWork, workBetween } from "../loads/redis-work.ts";
import { loadRooms, type RoomLoad, type RoomOutcome, sendingSecondsOf } from "../loads/room-load.ts";
import { searchHighest } from "../loads/search.ts";
import type { Effort, Entrant, Measurement, Row } from "../row.ts";

const SIZE = 64;
/** The clients of a room come to the two servers in turn, so every room is on both. */
const CROWD = { rooms: 5, roomSize: 200, size: SIZE };
/** Two who talk to each other, each at another server and four times a second. */
const QUIET = { rooms: 25, roomSize: 2, size: SIZE, rate: 25 * 2 * 4 };
const MOST_MS = 100;
/** Messages a second. */
const MOST = 100_000;
const { deliveries, came, frames, p50, p99, ...others } = FOUND;

/** What several servers that are one chat bear, and what that asks of their Redis. */
export const twoServers: Row = {
  id: "P7",
  title: "two servers over one Redis",
  method:
    `${CROWD.rooms} rooms of ${CROWD.roomSize} clients, every other client of each room at the other server, ${SIZE} B a ` +
    `message. ${describeSearch("rate", MOST_MS)} Redis commands are all that it carried out, those within scripts ` +
    `included; Redis CPU is of one core, over the time of sending. quiet p99: of another load test, ` +
    `${QUIET.rooms} rooms of two who say something four times a second each.`,
  aims: [
    {
      ...{ text: `1,000,000 deliveries/s at p99 ≤ ${MOST_MS} ms`, key: "deliveries" },
      atLeast: 1_000_000,
    },
    { text: "20,000 Redis commands/s at most", key: "commands", atMost: 20_000 },
    { text: "quiet p99 5 ms", key: "quiet", atMost: 5 },
  ],
  repeat: 1,
  columns: [
    ...[count("rate", "messages/s in"), deliveries, came, frames],
    ...[count("commands", "Redis commands/s"), count("scripts", "of it script calls/s")],
    ...[p50, p99, { key: "quiet", head: "quiet p99 ms", format: p99.format }],
    ...[count("redis", "Redis CPU %"), ...Object.values(others)],
  ],
  entrants: [
    { ...entrantOf(scaleChat("native"), "SCALE_CHAT_REDIS", 1000), isOurs: true },
    entrantOf({ ...socketIo, name: "Node, socket.io with its Redis adapter" }, "REDIS_URL", 50),
  ],
};

/** `variable`: where it looks for the address of its Redis. `start`: messages a second that are tried first. */
function entrantOf(contestant: Contestant, variable: string, start: number): Entrant {
  const { name, missing } = contestant;
  return {
    ...{ name, isOurs: false },
    missing: hasRedis ? missing : "no redis-server here (apt-get install redis-server)",
    measure: (effort) => searchRate(contestant, variable, start, effort),
  };
}

async function searchRate(
  contestant: Contestant,
  variable: string,
  start: number,
  { steps, retries, times }: Effort,
): Promise<Measurement> {
  const load = (more: Omit<RoomLoad, keyof typeof times>) =>
    loadPair(contestant, variable, { ...times, ...more });
  const attempt = (rate: number) => load({ ...CROWD, rate });
  const found = await searchHighest({ start, most: MOST, steps, retries, mostMs: MOST_MS, attempt });
  const { work } = shownOf(found);
  const seconds = sendingSecondsOf(times);
  return {
    figures: {
      ...figuresOf(found, seconds),
      rate: found.good ?? 0,
      // Few commands for messages that came too late are nothing to be proud of.
      commands: found.good === null ? null : work.commands / seconds,
      scripts: work.scripts / seconds,
      redis: (100 * work.cpuSeconds) / seconds,
      quiet: (await load(QUIET)).p99,
    },
    note: noteOf(found, "/s"),
  };
}

interface PairOutcome extends RoomOutcome {
  /** Of the Redis; connecting is in it. */
  work: RedisWork;
}

/** A load test of two servers over a Redis, all three of its own. */
function loadPair(contestant: Contestant, variable: string, load: RoomLoad): Promise<PairOutcome> {
  return withFreshRedis(({ url, port }) =>
    withFresh(contestant, { servers: 2, env: { [variable]: url } }, async (servers) => {
      const before = redisWork(port);
      const outcome = await loadRooms(contestant, servers, load);
      return { ...outcome, work: workBetween(before, redisWork(port)) };
    }),
  );
}
