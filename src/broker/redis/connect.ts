import type { Clock } from "../../lib/clock.ts";
import { OperationError } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import type { Random } from "../../lib/random.ts";
import type { RedisAddress } from "./address.ts";
import { clusterLinks } from "./cluster-links.ts";
import { type RedisLinks, retryDelay, singleLinks } from "./links.ts";
import { RedisBroker, type RedisBrokerOptions } from "./redis-broker.ts";
import { whyUnusable } from "./unreachable.ts";

/**
 * Opens a broker over the Redis at `address`. Throws `OperationError` when it cannot be reached, without the
 * address's credentials.
 */
export async function openRedisBroker(
  address: RedisAddress,
  options: RedisBrokerOptions,
  { clock, random, log }: { clock: Clock; random: Random; log: Logger },
): Promise<RedisBroker> {
  const broker = new RedisBroker(linksTo(address), options, clock, random, log);
  try {
    await broker.connect();
    return broker;
  } catch (error) {
    await broker.close();
    throw await cannotUse(address, error);
  }
}

/** What to tell a person when a Redis cannot be reached: without its credentials. */
export async function cannotUse(address: RedisAddress, error: unknown): Promise<OperationError> {
  return new OperationError(`Cannot use Redis at ${address.shown}: ${await whyUnusable(address, error)}`);
}

/** The connections to a Redis; none is connected yet. */
export function linksTo(address: RedisAddress): RedisLinks {
  const { access } = address;
  switch (address.kind) {
    case "single":
      return singleLinks({ ...access, ...address.at });
    case "sentinel":
      return singleLinks({
        ...access,
        sentinels: [...address.sentinels],
        name: address.master,
        sentinelRetryStrategy: retryDelay,
        // Without being asked for both, ioredis would speak to all of them unencrypted, whatever `access` says.
        ...(access.tls === undefined ? {} : { sentinelTLS: access.tls, enableTLSForSentinelMode: true }),
        // A master that was replaced may still be there, and answer.
        failoverDetector: true,
      });
    case "cluster":
      return clusterLinks(address.nodes, access);
  }
}
