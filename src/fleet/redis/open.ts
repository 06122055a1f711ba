import type { RedisAddress } from "../../broker/redis/address.ts";
import { cannotUse, linksTo } from "../../broker/redis/connect.ts";
import type { Logger } from "../../lib/log.ts";
import { FleetChannel } from "./fleet-channel.ts";

/**
 * Opens the channel of the fleet that shares a Redis, for the server or balancer `id`. Throws `OperationError` when
 * that Redis cannot be reached.
 */
export async function openFleetChannel(
  address: RedisAddress,
  prefix: string,
  id: string,
  log: Logger,
): Promise<FleetChannel> {
  const channel = new FleetChannel(linksTo(address), prefix, id, log);
  try {
    await channel.connect();
    return channel;
  } catch (error) {
    channel.close();
    throw await cannotUse(address, error);
  }
}
