import type { Random } from "./random.ts";

/** From `min` to `max`, both included; the same for one value. */
export interface Range {
  min: number;
  max: number;
}

/** The range that holds one value. */
export function exactly(value: number): Range {
  return { min: value, max: value };
}

function isExact({ min, max }: Range): boolean {
  return min === max;
}

export function meanOf({ min, max }: Range): number {
  return (min + max) / 2;
}

/** One value out of the range, each as likely as any other. */
export function drawFrom({ min, max }: Range, random: Random): number {
  return min === max ? min : min + random() * (max - min);
}

/** `64..1024`, or the one value. */
export function formatRange(range: Range, format: (value: number) => string): string {
  return isExact(range) ? format(range.min) : `${format(range.min)}..${format(range.max)}`;
}
