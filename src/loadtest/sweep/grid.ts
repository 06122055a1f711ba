import { UsageError } from "../../lib/errors.ts";
import { excerpt } from "../../lib/sanitise.ts";
import type { LoadOptions } from "../options.ts";
import { type Axis, type AxisValue, parseValues } from "./axis.ts";

/** One load test of a sweep: what differs from the options that all share. */
export interface Combination {
  /** `rooms=1 room-size=10`. */
  label: string;
  options: Partial<LoadOptions>;
}

const MOST_COMBINATIONS = 200;
const EXAMPLE = "try 'rooms=1 room-size=10..110+10'";

/**
 * Reads what a sweep runs: groups between semicolons, each of axes `name=values` between spaces. A group is all
 * combinations of its axes, of which the first changes slowest. Throws `UsageError`.
 */
export function parseSweep(text: string, axes: Readonly<Record<string, Axis>>): Combination[] {
  const combinations: Combination[] = [];
  const labels = new Set<string>();
  for (const group of text.split(";")) {
    for (const combination of combine(parseGroup(group, axes))) {
      if (labels.has(combination.label)) throw new UsageError(`${combination.label} is named twice`);
      if (labels.size === MOST_COMBINATIONS) {
        throw new UsageError(`more than ${MOST_COMBINATIONS} combinations; use several sweeps`);
      }
      labels.add(combination.label);
      combinations.push(combination);
    }
  }
  return combinations;
}

interface AxisValues {
  name: string;
  key: keyof LoadOptions;
  values: AxisValue[];
}

function parseGroup(text: string, axes: Readonly<Record<string, Axis>>): AxisValues[] {
  const parts = text.split(/\s+/).filter((part) => part !== "");
  if (parts.length === 0) throw new UsageError(`nothing to vary; ${EXAMPLE}`);
  const group: AxisValues[] = [];
  for (const part of parts) {
    const at = part.indexOf("=");
    if (at < 1) throw new UsageError(`${excerpt(part)} is not an axis; ${EXAMPLE}`);
    const name = part.slice(0, at);
    const axis = Object.hasOwn(axes, name) ? axes[name] : undefined;
    if (axis === undefined) {
      const allowed = Object.keys(axes).join(", ");
      throw new UsageError(`${excerpt(name)} is not an option that can be varied; allowed: ${allowed}`);
    }
    if (group.some((other) => other.name === name)) {
      throw new UsageError(`${name} is named twice in one group; put its values in one list, ${name}=…,…`);
    }
    group.push({ name, key: axis.key, values: parseValues(name, part.slice(at + 1), axis.parse) });
  }
  return group;
}

function* combine(axes: readonly AxisValues[]): Generator<Combination> {
  const [first, ...rest] = axes;
  if (first === undefined) {
    yield { label: "", options: {} };
    return;
  }
  for (const { text, value } of first.values) {
    for (const { label, options } of combine(rest)) {
      yield {
        label: `${first.name}=${text} ${label}`.trimEnd(),
        options: { [first.key]: value, ...options },
      };
    }
  }
}
