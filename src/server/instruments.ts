import type { Clock } from "../lib/clock.ts";
import type { Counters } from "./counters.ts";
import type { Trace } from "./trace.ts";

/** With what a server watches the messages that go through it. */
export interface Instruments {
  counters: Counters;
  clock: Clock;
  /** `null`: no message's way is logged. */
  trace: Trace | null;
}
