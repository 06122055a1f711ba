import { apportion, type RoomsDistribution } from "../lib/apportion.ts";
import type { Range } from "../lib/range.ts";
import type { DialectName } from "../protocol/dialect.ts";
import type { Arrivals } from "./plan/gaps.ts";
import { meansOf, peakOf, type Stage } from "./plan/stages.ts";

/** What a load test is asked to do. Times in milliseconds, sizes in bytes. */
/** Clients, for servers that are one chat: each room is at all of them; or rooms, for servers that share nothing. */
export type Spread = "clients" | "rooms";

export interface LoadOptions {
  /** Each `ws://host:port`, or with a path in which `{room}` stands; or `http://host:port` of a balancer. Taken in turn. */
  urls: readonly string[];
  /** So many of them, one after the other, lead to one and the same server. */
  addresses: number;
  /** What is dealt to several servers in turn. */
  spread: Spread;
  rooms: number;
  /** Clients in each room; on average, where rooms are of unlike sizes. */
  roomSize: number;
  roomsDist: RoomsDistribution;
  /** How many clients are there when; instead of `roomSize` and `ramp`. */
  stages?: readonly Stage[] | undefined;
  /** Between two messages of one client. */
  interval: Range;
  arrivals: Arrivals;
  /** Of a message's text. */
  size: Range;
  /** Nobody says anything: connections are held. */
  idle: boolean;
  /** The share of the clients that leaves each second, with others coming in their places. */
  churn: number;
  /** The share of the clients that reads nothing. */
  slow: number;
  /** How long messages are sent, warm-up included. */
  duration: number;
  /** From the start of sending: left out of the figures. */
  warmup: number;
  /** Over which the clients connect. */
  ramp: number;
  /** After the ramp: clients that are not in by then are given up. */
  connectTimeout: number;
  /** Longest wait at the end for what is still under way. */
  settle: number;
  dialect: DialectName;
  seed: number;
  /** One in so many messages is written down, with all its deliveries. */
  sample: number;
  /** The command line that asks for it, for the results. */
  command?: string;
  /** That generate the load. */
  processes: number | "auto";
  /** Which percentiles the summary has, in percent and ascending; the default ones when not said. */
  percentiles?: readonly number[];
}

/** The most clients that are there at a time. */
export function clientsOf({ rooms, roomSize, stages }: LoadOptions): number {
  return stages === undefined ? rooms * roomSize : peakOf(stages);
}

/** How many clients each room has when all are there. */
export function roomSizesOf(options: LoadOptions): number[] {
  return apportion(clientsOf(options), options.rooms, options.roomsDist);
}

/** Do all rooms have the same number of members, from the first message to the last? */
export function hasEqualRooms({ roomsDist, stages, churn, slow }: LoadOptions): boolean {
  return roomsDist.kind === "uniform" && stages === undefined && churn === 0 && slow === 0;
}

/** Messages and deliveries a second, on average over the run. */
export function ratesOf(options: LoadOptions): { sends: number; deliveries: number } {
  if (options.idle) return { sends: 0, deliveries: 0 };
  const { interval, stages, slow } = options;
  const perClient = 2000 / (interval.min + interval.max);
  const peak = clientsOf(options);
  const means = stages === undefined ? { clients: peak, squares: peak ** 2 } : meansOf(stages);
  const [there, thereSquared] = [means.clients / peak, means.squares / peak ** 2];
  let [sends, deliveries] = [0, 0];
  for (const size of roomSizesOf(options)) {
    const speaking = size * (1 - slow);
    sends += speaking * there * perClient;
    deliveries += speaking ** 2 * thereSquared * perClient;
  }
  // Whoever is alone in a room hears itself.
  return { sends, deliveries: Math.max(sends, deliveries) };
}
