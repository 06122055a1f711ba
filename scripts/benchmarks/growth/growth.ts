import { messageOf } from "../../../src/lib/errors.ts";
import { formatPercent } from "../../../src/lib/format.ts";
import type { Effort } from "../row.ts";
import { AXES, type Axis } from "./axis.ts";
import { type Cost, measureCost, measureIdle } from "./cost.ts";

/** What a message costs along one axis. */
export interface Growth {
  axis: Axis;
  /** At least two, with at least one cost each, one a run. */
  points: ReadonlyArray<{ point: number; costs: readonly Cost[] }>;
}

/**
 * Measures all axes, every other run backwards. A load test that fails is said, and left out: its point, where it was the
 * only one, and the axis, where that leaves no two points.
 */
export async function measureGrowth(
  { runs, times }: Effort,
  say: (line: string) => void,
): Promise<{ growths: Growth[]; idle: number }> {
  const idle = await measureIdle();
  say(`a server that nobody uses: ${formatPercent(idle)} of a core`);
  const growths = AXES.map((axis) => ({
    axis,
    points: axis.points.map((point) => ({ point, costs: [] as Cost[] })),
  }));
  for (let run = 0; run < runs; run++) {
    for (const { axis, points } of growths) {
      for (const { point, costs } of run % 2 === 0 ? points : points.toReversed()) {
        say(`${axis.title}, run ${run + 1} of ${runs}: ${axis.format(point)}`);
        try {
          costs.push(await measureCost(axis.setup(point), times, idle));
        } catch (error) {
          say(`failed: ${messageOf(error)}`);
        }
      }
    }
  }
  const measured = growths.map(({ axis, points }) => ({
    axis,
    points: points.filter(({ costs }) => costs.length > 0),
  }));
  return { growths: measured.filter(({ points }) => points.length > 1), idle };
}
