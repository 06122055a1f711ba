import { formatCount } from "../../lib/format.ts";
import type { ChartOption } from "./chart.ts";
import { FONT_SIZE } from "./chart.ts";
import type { Colours } from "./colours.ts";

type One<T> = T extends readonly (infer U)[] ? U : T;
export type XAxis = One<NonNullable<ChartOption["xAxis"]>>;
export type YAxis = One<NonNullable<ChartOption["yAxis"]>>;

/** Places on a logarithmic axis of latencies; one shorter than a microsecond stands at its beginning. */
export function logUs(us: number): number {
  return Math.log10(Math.max(1, us));
}

/** A logarithmic axis from at most `minUs` to at least `maxUs`, over values of `logUs`. */
export function logLatencyAxis(minUs: number, maxUs: number, colours: Colours) {
  const ticks = oneTwoFive(minUs, maxUs);
  const byValue = new Map(ticks.map((us) => [logUs(us), us]));
  const values = [...byValue.keys()];
  return {
    type: "value",
    min: values[0]!,
    max: values.at(-1)!,
    axisTick: { show: false, customValues: values },
    axisLabel: {
      ...labelStyle(colours),
      // Where there are many, only the powers of ten are named.
      customValues: ticks.length > 10 ? values.filter((value) => Number.isInteger(value)) : values,
      formatter: (value: number) => shortLatency(byValue.get(value) ?? 10 ** value),
    },
    ...lines(colours),
  } satisfies YAxis;
}

/** A linear axis from 0 over values in the unit of `unitFor(maxUs)`. */
export function linearAxis(colours: Colours, max?: number) {
  return {
    type: "value",
    min: 0,
    ...(max === undefined ? {} : { max }),
    axisLabel: { ...labelStyle(colours), formatter: shortNumber },
    axisTick: { show: false },
    ...lines(colours),
  } satisfies YAxis;
}

/** A linear axis from 0 to `end` seconds, named at round times only. */
export function secondsAxis(end: number, colours: Colours) {
  const step = SECOND_STEPS.find((one) => end / one <= 6) ?? end / 6;
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step);
  const axis = linearAxis(colours, end);
  return {
    ...axis,
    axisLabel: { ...axis.axisLabel, customValues: ticks },
    axisTick: { show: false, customValues: ticks },
    splitLine: { show: false },
  } satisfies XAxis;
}

const SECOND_STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400];

/** The unit in which latencies up to `maxUs` are short numbers. */
export function unitFor(maxUs: number): { name: string; us: number } {
  return maxUs >= 2_000_000 ? { name: "s", us: 1_000_000 } : { name: "ms", us: 1000 };
}

export function labelStyle({ soft }: Colours) {
  return { color: soft, fontSize: FONT_SIZE - 1 };
}

function lines({ soft, grid }: Colours) {
  return {
    axisLine: { show: true, onZero: false, lineStyle: { color: soft } },
    splitLine: { show: true, lineStyle: { color: grid } },
  };
}

/** 1, 2, 5, 10, … from the last at or below `min` to the first at or above `max`. */
export function oneTwoFive(min: number, max: number): number[] {
  const [low, high] = [Math.max(1, min), Math.max(1, min, max)];
  const all = Array.from({ length: 13 }, (_, k) => [1, 2, 5].map((step) => step * 10 ** k)).flat();
  const first = all.findLastIndex((tick) => tick <= low);
  const last = all.findIndex((tick) => tick >= high);
  // An axis has a length, even for a single value.
  return all.slice(first, Math.max(first + 1, last === -1 ? all.length : last) + 1);
}

/** A round latency without needless digits: `200 µs`, `5 ms`, `20 s`. */
export function shortLatency(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`;
  return us < 1_000_000 ? `${shortNumber(us / 1000)} ms` : `${shortNumber(us / 1_000_000)} s`;
}

/** `12,000`, `1.5`, without the dust of binary fractions. */
export function shortNumber(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(3)));
}

/** The next round number: 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 of its power of ten. */
export function niceEnd(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  return (steps.find((step) => step * power >= value) ?? 10) * power;
}
