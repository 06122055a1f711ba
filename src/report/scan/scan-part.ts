import { closeSync, openSync } from "node:fs";
import { Timeline } from "../../results/timeline.ts";
import { RunAggregate } from "../aggregate/run-aggregate.ts";
import { WarmUp } from "../aggregate/warm-up.ts";
import type { ScanAnswer, ScanOrder } from "./frames.ts";
import { RowScanner } from "./row-scanner.ts";
import { scanRange } from "./scan-range.ts";

/** Reads a part of a results file, in whatever process. Throws `Irregular` where its rows cannot be scanned. */
export async function scanPart(order: ScanOrder, isWanted: () => boolean): Promise<ScanAnswer> {
  const aggregate = new RunAggregate();
  aggregate.join.warmUp = new WarmUp(order.warmUp.lengthUs, order.warmUp.startUs);
  aggregate.join.timeline = new Timeline(order.originUs);
  const scanner = new RowScanner(aggregate, order.isPlanned);
  const file = openSync(order.path, "r");
  try {
    await scanRange(file, order, scanner, isWanted);
  } finally {
    closeSync(file);
  }
  return { part: aggregate.state(), rows: scanner.rows, lastTimestampUs: scanner.lastTimestampUs };
}
