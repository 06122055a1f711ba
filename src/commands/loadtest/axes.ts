import { bytes, duration, oneOf, type Parser, wholeNumber } from "../../cli/parsers.ts";
import { within } from "../../cli/parsers-list.ts";
import { exactly } from "../../lib/range.ts";
import type { Variable } from "../../loadtest/limit/dial.ts";
import type { LoadOptions } from "../../loadtest/options.ts";
import type { Axis } from "../../loadtest/sweep/axis.ts";
import { DIALECT_NAMES } from "../../protocol/dialect.ts";

/** The options of a load that also a sweep can vary. */
export const ROOMS = wholeNumber("a number of rooms", 1, 1_000_000);
export const ROOM_SIZE = wholeNumber("a number of clients", 1, 10_000_000);
export const INTERVAL = duration(1, 86_400_000);
export const SIZE = bytes(1, 16 * 2 ** 20);
export const DIALECT = oneOf(DIALECT_NAMES);
export const SEED = wholeNumber("a seed", 0, 2 ** 32 - 1);

export const AXES: Readonly<Record<string, Axis>> = {
  rooms: axis("rooms", ROOMS),
  "room-size": axis("roomSize", ROOM_SIZE),
  interval: axis("interval", (text) => exactly(INTERVAL(text))),
  size: axis("size", (text) => exactly(SIZE(text))),
  dialect: axis("dialect", DIALECT),
  seed: axis("seed", SEED),
};

/** What a search for the limit turns up. */
export const VARIED = oneOf<Variable>(["room-size", "rooms", "interval"]);

function axis(key: keyof LoadOptions, parser: Parser<unknown>): Axis {
  return { key, parse: within(parser) };
}
