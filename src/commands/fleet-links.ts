import type { RedisAddress } from "../broker/redis/address.ts";
import type { FleetMembership } from "../fleet/member/fleet-membership.ts";
import type { ParentLink } from "../fleet/member/parent-link.ts";
import { formatAddress } from "../lib/address.ts";
import type { Logger } from "../lib/log.ts";
import type { ProcessChannel } from "../lib/process-channel.ts";
import type { Introduction } from "../protocol/fleet.ts";
import type { ChatServer } from "../server/server.ts";

/** What makes a server a part of a fleet. */
export interface FleetOptions {
  /** `ws://host:port`, where clients reach it; port 0 stands for the one that it takes. */
  advertise?: string;
  /** The id that the balancer gave which started it. */
  child?: string;
  adminHost: string;
  redisPrefix: string;
}

/** The ways that there are to balancers. */
export interface Ways {
  /** The one that started this server, if one did. */
  parent: ProcessChannel | null;
  /** The Redis that is shared with other servers, if any. */
  redis: RedisAddress | undefined;
}

/** Opens the ways to the fleets of which the options make this server a part; answers with the one to the balancer that started it. */
export async function openLinks(
  membership: FleetMembership,
  id: string,
  { advertise, redisPrefix }: FleetOptions,
  { parent, redis }: Ways,
  log: Logger,
): Promise<ParentLink | null> {
  let parentLink: ParentLink | null = null;
  if (parent !== null) {
    const { ParentLink } = await import("../fleet/member/parent-link.ts");
    parentLink = new ParentLink(parent);
    membership.add(parentLink);
  }
  if (advertise !== undefined && redis !== undefined) {
    const { openFleetChannel } = await import("../fleet/redis/open.ts");
    const { RedisLink } = await import("../fleet/member/redis-link.ts");
    membership.add(new RedisLink(await openFleetChannel(redis, redisPrefix, id, log), log));
  }
  return parentLink;
}

/** How a server presents itself to its fleet. */
export function introduce(
  id: string,
  { advertise, adminHost, child }: FleetOptions,
  { port, adminPort }: Pick<ChatServer, "port" | "adminPort">,
  startedAt: number,
): Introduction {
  const url = new URL(advertise ?? "ws://0.0.0.0:0");
  if (url.port === "0") url.port = String(port);
  return {
    id,
    url: url.href.replace(/\/$/, ""),
    adminAddress: formatAddress(adminHost, adminPort),
    kind: child === undefined ? "remote" : "child",
    startedAt,
  };
}
