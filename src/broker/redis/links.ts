import { type Cluster, Redis, type RedisOptions } from "ioredis";

/** The connections to a Redis of whichever kind: alone, behind Sentinels, or a cluster. */
export interface RedisLinks {
  commands: Redis | Cluster;
  /**
   * Whether channels belong to the shard that holds their partition: then each partition in use has a subscriber of
   * its own. Otherwise one hears everything.
   */
  isSharded: boolean;
  /** A connection for the channels of that partition, to the node that holds it. It is not connected yet. */
  subscriber(partition: number): Redis;
  /** The nodes that have to answer, by address. */
  nodes(): ReadonlyMap<string, RedisNode>;
}

export interface RedisNode {
  /** `undefined` where there is none at the moment. */
  connection: Redis | undefined;
  /** One of the partitions that it holds. */
  partition: number;
}

/** Longest wait for an answer of Redis: a sender is told after it that the message was not stored. */
export const ANSWER_MS = 3000;

/**
 * Milliseconds before the next try to connect, the `tries`th in a row. Chance only keeps the servers from coming back
 * all at once: nothing that is tested or decided depends on it, so it is not passed in.
 */
export const retryDelay = (tries: number) =>
  Math.min(2000, 50 * 2 ** Math.min(tries, 6)) * (0.5 + Math.random() / 2);

export const CONNECTION_OPTIONS = {
  // Nothing waits for a Redis that is away: whoever publishes is told at once, and may send again.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  // A publish that was cut off may have been stored; sent again by itself, it might be stored twice.
  autoResendUnfulfilledCommands: false,
  commandTimeout: ANSWER_MS,
  connectTimeout: ANSWER_MS,
  retryStrategy: retryDelay,
  lazyConnect: true,
} satisfies RedisOptions;

/** Subscribing again is ours to do: only then it is known when to look for what was missed. */
export const SUBSCRIBER_OPTIONS = { ...CONNECTION_OPTIONS, autoResubscribe: false } satisfies RedisOptions;

/**
 * Some failures to connect are final to ioredis: when no node holds a partition, or when the Sentinels name a new
 * master at the wrong moment. To a server none is, before it ends the connection itself, with `end`.
 */
export function keepConnecting(connection: Redis): Redis {
  let timer: Timer | undefined;
  const tryAgain = () => {
    timer = setTimeout(() => connection.connect().catch(() => {}), retryDelay(1)); // Then it ends again.
    timer.unref();
  };
  connection.on("end", tryAgain);
  letGoOf.set(connection, () => {
    connection.off("end", tryAgain);
    clearTimeout(timer);
  });
  return connection;
}

/** What ends `keepConnecting`. */
const letGoOf = new WeakMap<Redis | Cluster, () => void>();

/** Longest wait for a Redis that answers, but says that it is not ready: a cluster in the midst of a failover. */
const READY_MS = 10_000;

/**
 * Connects, and resolves when commands can be sent. A cluster that is not ready at the first look is looked at again by
 * ioredis, which then forgets the promise of the first look: neither kept nor broken, it would be waited for for ever.
 */
export function connected(connection: Redis | Cluster): Promise<void> {
  let why: unknown = new Error("it is not ready");
  return new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(why), READY_MS);
    const isReady = () => {
      clearTimeout(timer);
      resolve();
    };
    // What the promise is broken with says only that the connection was closed; this says why.
    connection.on("error", (error) => {
      why = reasonOf(error);
    });
    connection.once("ready", isReady);
    connection.connect().then(isReady, (error) => {
      clearTimeout(timer);
      reject(why instanceof Error && why.message !== "it is not ready" ? why : error);
    });
  });
}

/** A cluster or Sentinels that cannot be reached say so, and hold the reason beside it. */
function reasonOf(error: Error & { lastNodeError?: Error | null }): Error {
  return error.lastNodeError ?? error;
}

/** Closes a connection for good. */
export function end(connection: Redis | Cluster): void {
  letGoOf.get(connection)?.();
  connection.disconnect();
}

/** Does so when everything that was asked over it is answered. */
export async function endAfterAnswers(connection: Redis | Cluster): Promise<void> {
  letGoOf.get(connection)?.();
  await connection.quit().catch(() => end(connection));
}

/** Two connections to one Redis, or to whichever the Sentinels say is the master. */
export function singleLinks(where: Omit<RedisOptions, "replyMapping">): RedisLinks {
  const commands = keepConnecting(new Redis({ ...CONNECTION_OPTIONS, ...where, enableAutoPipelining: true }));
  return {
    commands,
    isSharded: false,
    subscriber: () => keepConnecting(new Redis({ ...SUBSCRIBER_OPTIONS, ...where })),
    nodes: () => new Map([["redis", { connection: commands, partition: 0 }]]),
  };
}
