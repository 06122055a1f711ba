import { UsageError } from "../../lib/errors.ts";
import { excerpt } from "../../lib/sanitise.ts";
import type { LoadOptions } from "../options.ts";

/** An option of a load test that a sweep may vary, under its name on the command line. */
export interface Axis {
  key: keyof LoadOptions;
  /** The option's own parser; throws `UsageError`. */
  parse: (text: string) => unknown;
}

/** One value of an axis: as it was written, and as an option. */
export interface AxisValue {
  text: string;
  value: unknown;
}

/** Longer lists are a mistake: a sweep of them would take days. */
const MOST_VALUES = 200;

/**
 * Reads the values of an axis, `2,4,8` or `10..110+10`, also mixed; each goes through the option's own parser.
 * Throws `UsageError`.
 */
export function parseValues(name: string, text: string, parse: Axis["parse"]): AxisValue[] {
  const values = text.split(",").flatMap((part) => {
    return (part.includes("..") ? expand(name, part) : [part]).map((one) => read(name, one, parse));
  });
  const seen = new Set<string>();
  for (const { text: one, value } of values) {
    const same = JSON.stringify(value);
    if (seen.has(same)) throw new UsageError(`${name}=${excerpt(one)} is named twice`);
    seen.add(same);
  }
  return values;
}

function read(name: string, text: string, parse: Axis["parse"]): AxisValue {
  try {
    return { text, value: parse(text) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${name}=${excerpt(text)}: ${error.message}`);
  }
}

/** `10..30+10` is 10, 20, 30. */
function expand(name: string, text: string): string[] {
  const range = `${name}=${excerpt(text)}`;
  const match = /^(\d{1,12})\.\.(\d{1,12})\+(\d{1,12})$/.exec(text);
  if (match === null) throw new UsageError(`${range} is not a range; try ${name}=10..110+10`);
  const [from, to, step] = match.slice(1).map(Number) as [number, number, number];
  if (step === 0) throw new UsageError(`${range} never ends: its step is 0`);
  if (from > to) throw new UsageError(`${range} runs backwards: name the lower end first`);
  const steps = Math.floor((to - from) / step);
  if (steps >= MOST_VALUES) throw new UsageError(`${range} has more than ${MOST_VALUES} values`);
  if (from + steps * step !== to) {
    throw new UsageError(`${range} does not meet its end: the last value would be ${from + steps * step}`);
  }
  return Array.from({ length: steps + 1 }, (_, i) => String(from + i * step));
}
