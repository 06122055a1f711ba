import type { RedisAddress } from "../../broker/redis/address.ts";
import { linksTo } from "../../broker/redis/connect.ts";
import { messageOf, OperationError } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import { FleetChannel } from "./fleet-channel.ts";

/** Opens the channel of the fleet that shares a Redis. Throws `OperationError` when that cannot be reached. */
export async function openFleetChannel(
  address: RedisAddress,
  prefix: string,
  log: Logger,
): Promise<FleetChannel> {
  const channel = new FleetChannel(linksTo(address), prefix, log);
  try {
    await channel.connect();
    return channel;
  } catch (error) {
    channel.close();
    throw new OperationError(`Cannot use Redis at ${address.shown}: ${messageOf(error)}`);
  }
}
