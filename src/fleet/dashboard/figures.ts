import { formatCount, threeDigits } from "../../lib/format.ts";
import type { SeriesFigure } from "../status.ts";

/** How numbers are written on the page, as pure functions. */

/** One of the four things that are measured on each server. */
export interface Figure {
  key: SeriesFigure;
  title: string;
  /** Said once beside the title, so that the axis can do without. */
  unit: string;
  /** With its unit. */
  format: (value: number) => string;
  /** For the axis: short. */
  tick: (value: number) => string;
  /** Whether round numbers are powers of two. */
  binary: boolean;
  /** The axis never ends below that: noise around nothing must not look like mountains. */
  floor: number;
}

export const FIGURES: readonly Figure[] = [
  {
    ...{ key: "connections", title: "Connections", unit: "per server" },
    ...{ format: formatCount, tick: formatShort, binary: false, floor: 10 },
  },
  {
    ...{ key: "writes_per_s", title: "Writes/s", unit: "per server" },
    ...{ format: formatRate, tick: formatShort, binary: false, floor: 10 },
  },
  {
    ...{ key: "loop_lag_ms", title: "Loop lag", unit: "ms per server" },
    ...{ format: formatLag, tick: formatShort, binary: false, floor: 2 },
  },
  {
    ...{ key: "memory_rss_bytes", title: "Memory", unit: "per server" },
    ...{ format: formatMemory, tick: formatMemory, binary: true, floor: 2 ** 20 },
  },
];

/** At most three digits and a letter, without trailing zeros: `999`, `12.3k`, `1.5M`. */
export function formatShort(value: number): string {
  const units = ["", "k", "M", "G"];
  let size = value;
  let unit = 0;
  // 999,500 would round to 1000k.
  while (Math.abs(size) >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${Number(size.toPrecision(3))}${units[unit]}`;
}

/** A rate a second: `12,345`, and with one decimal where it is small. */
export function formatRate(value: number): string {
  return value > 0 && value < 10 ? value.toFixed(1) : formatCount(value);
}

/** Milliseconds with their unit: `0.4 ms`, `12.3 ms`, `1.20 s`. */
export function formatLag(ms: number): string {
  if (ms >= 1000) return `${threeDigits(ms / 1000)} s`;
  return `${ms >= 99.95 ? ms.toFixed(0) : ms.toFixed(1)} ms`;
}

/** Bytes in powers of 1024, at most three digits where there are more than whole units: `132 MiB`, `1.21 GiB`. */
export function formatMemory(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toPrecision(3))} ${units[unit]}`;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** The time of day, in the reader's zone: `14:03:07`. */
export function formatTime(at: number): string {
  return clock.format(at);
}

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** The time of day, behind its date where that is not within the 12 hours before `now`: `20 Nov 14:03:07`. */
export function formatMoment(at: number, now: number): string {
  return now - at > 12 * 3_600_000 ? `${day.format(at)} ${formatTime(at)}` : formatTime(at);
}

export type Pressure = "calm" | "high" | "over";

/** Near the threshold another server is looked for; over it one is spawned. */
export function pressureOf(load: number): Pressure {
  return load >= 1 ? "over" : load >= 0.8 ? "high" : "calm";
}
