import type { SeriesFigure } from "../status.ts";
import type { Cast } from "./cast.ts";
import { type SeriesStore, summariseLines, type Values } from "./series-store.ts";

/** What a chart draws, found in the store; pure, so that it can be judged without a canvas. */
export interface ChartData {
  /** Seconds since the epoch. */
  times: number[];
  mean: Values;
  max: Values;
  /** By colour. */
  slots: Values[];
  /** Those without a colour. */
  crowd: Values[];
  /** Every line by its server. */
  byServer: ReadonlyMap<string, Values>;
  highest: number;
}

export function chartData(store: SeriesStore, cast: Cast, figure: SeriesFigure): ChartData {
  const byServer = new Map(store.of(figure));
  const times = store.at.map((at) => at / 1000);
  const { mean, max } = summariseLines([...byServer.values()], times.length);
  const drawn = new Set(cast.bySlot);
  const nothing: Values = times.map(() => null);
  return {
    ...{ times, mean, max, byServer },
    slots: cast.bySlot.map((id) => (id === null ? nothing : (byServer.get(id) ?? nothing))),
    crowd: [...byServer].filter(([id]) => !drawn.has(id)).map(([, values]) => values),
    highest: max.reduce<number>((highest, value) => Math.max(highest, value ?? 0), 0),
  };
}

/** Where a chart ends: a little above its highest line, and above the threshold once a line comes near it. */
export function topOf(highest: number, floor: number, threshold: number | null): number {
  const top = Math.max(highest * 1.08, floor);
  return threshold !== null && highest >= threshold / 4 ? Math.max(top, threshold * 1.1) : top;
}

/** The server whose line runs nearest to `value` at that point, and no further than `reach` away. */
export function nearestLine(
  byServer: ReadonlyMap<string, Values>,
  point: number,
  value: number,
  reach: number,
): string | null {
  let nearest: string | null = null;
  let distance = reach;
  for (const [id, values] of byServer) {
    const there = values[point];
    if (there === null || there === undefined) continue;
    const away = Math.abs(there - value);
    if (away > distance || (away === distance && nearest !== null)) continue;
    distance = away;
    nearest = id;
  }
  return nearest;
}
