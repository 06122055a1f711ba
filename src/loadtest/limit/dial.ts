import { exactly, meanOf } from "../../lib/range.ts";
import type { LoadOptions } from "../options.ts";
import type { SearchBounds } from "./search.ts";

/** What a search for the limit may turn up. */
export type Variable = "room-size" | "rooms" | "interval";

/** One option of a load as a number of which a larger one is more to bear. */
export interface Dial extends Pick<SearchBounds, "start" | "least" | "most" | "quantise"> {
  /** The load test with that much. */
  at: (load: number) => LoadOptions;
  /** As the option would be written: `room-size=810`. */
  text: (load: number) => string;
}

const MOST_CLIENTS = 1_000_000;
const DAY_MS = 86_400_000;

/** One room grows, of several there become more. */
export function usualVariable({ rooms }: LoadOptions): Variable {
  return rooms === 1 ? "room-size" : "rooms";
}

export function dialOf(variable: Variable, base: LoadOptions): Dial {
  if (variable === "interval") return intervalDial(base);
  const [key, other] =
    variable === "rooms" ? (["rooms", "roomSize"] as const) : (["roomSize", "rooms"] as const);
  return {
    start: base[key],
    least: 1,
    most: Math.max(1, Math.floor(MOST_CLIENTS / base[other])),
    quantise: Math.round,
    at: (load) => ({ ...base, [key]: load }),
    text: (load) => `${variable}=${load}`,
  };
}

/** Messages per second of a client; the interval is whole milliseconds. */
function intervalDial(base: LoadOptions): Dial {
  const intervalAt = (load: number) => Math.max(1, Math.round(1000 / load));
  return {
    start: 1000 / meanOf(base.interval),
    least: 1000 / DAY_MS,
    most: 1000,
    quantise: (load) => 1000 / intervalAt(load),
    at: (load) => ({ ...base, interval: exactly(intervalAt(load)) }),
    text: (load) => `interval=${intervalAt(load)}ms`,
  };
}
