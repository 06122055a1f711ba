import { Redis, type RedisOptions } from "ioredis";
import type { Clock } from "../../lib/clock.ts";
import { messageOf, OperationError } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import type { Random } from "../../lib/random.ts";
import { RedisBroker, type RedisBrokerOptions } from "./redis-broker.ts";

/** Longest wait for an answer of Redis: a sender is told after it that the message was not stored. */
const ANSWER_MS = 3000;

const OPTIONS = {
  // Nothing waits for a Redis that is away: whoever publishes is told at once, and may send again.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  // A publish that was cut off may have been stored; sent again by itself, it might be stored twice.
  autoResendUnfulfilledCommands: false,
  commandTimeout: ANSWER_MS,
  connectTimeout: ANSWER_MS,
  retryStrategy: (tries: number) => Math.min(2000, 50 * 2 ** Math.min(tries, 6)) * (0.5 + Math.random() / 2),
  enableAutoPipelining: true,
  lazyConnect: true,
} satisfies RedisOptions;

/**
 * Opens a broker over the Redis at `url` (`redis://` or `rediss://`). Throws `OperationError` when it cannot be
 * reached, without the URL's credentials.
 */
export async function openRedisBroker(
  url: string,
  options: RedisBrokerOptions,
  { clock, random, log }: { clock: Clock; random: Random; log: Logger },
): Promise<RedisBroker> {
  const { commands, subscriber } = redisConnections(url);
  const broker = new RedisBroker(commands, subscriber, options, clock, random, log);
  try {
    await Promise.all([commands.connect(), subscriber.connect()]);
    return broker;
  } catch (error) {
    commands.disconnect();
    subscriber.disconnect();
    throw new OperationError(`Cannot use Redis at ${new URL(url).host}: ${messageOf(error)}`);
  }
}

/** Two connections to one Redis: for commands, and for subscriptions. Neither is connected yet. */
export function redisConnections(url: string): { commands: Redis; subscriber: Redis } {
  return {
    commands: new Redis(url, OPTIONS),
    // Subscribing again is ours to do: only then it is known when to look for what was missed.
    subscriber: new Redis(url, { ...OPTIONS, autoResubscribe: false, enableAutoPipelining: false }),
  };
}
