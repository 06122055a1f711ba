import type { DialectName } from "../protocol/dialect.ts";

/** What a load test is asked to do. Times in milliseconds, sizes in bytes. */
export interface LoadOptions {
  /** `ws://host:port`, or with a path in which `{room}` stands; `http://host:port` of a balancer. */
  url: string;
  rooms: number;
  roomSize: number;
  /** Between two messages of one client. */
  interval: number;
  /** Of a message's text. */
  size: number;
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
  /** Of the latencies in the summary, in percent, ascending; the usual ones when not given. */
  percentiles?: readonly number[];
}
