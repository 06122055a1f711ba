import { UsageError } from "../lib/errors.ts";
import { formatCount } from "../lib/format.ts";
import { messagesNeeded } from "./summary.ts";
import { compare, type Threshold } from "./threshold.ts";
import { formatFigure } from "./threshold-metric.ts";

/** What a load test is going to send, after its warm-up. */
export interface PlannedLoad {
  messages: number;
  /** To how many clients each goes, on average. */
  members: number;
  /** For how long, and how often each client; milliseconds. */
  sendingMs: number;
  intervalMs: number;
}

/**
 * Thresholds that this load could not keep however good the server is. Throws `UsageError`: better now than at
 * the end of the test.
 */
export function checkAgainstLoad(thresholds: readonly Threshold[], load: PlannedLoad): void {
  checkAbsolute(thresholds);
  for (const threshold of thresholds) {
    const { metric } = threshold;
    if (metric.kind === "latency" && typeof metric.figure === "number") {
      const needed = messagesNeeded(metric.figure);
      if (load.messages < needed) {
        throw new UsageError(
          `${threshold.text}: it takes ${formatCount(needed)} messages to know it, and this load has ` +
            `${formatCount(load.messages)}; use a longer --duration or more clients`,
        );
      }
    }
    if (metric.name === "sent_rate") checkRate(threshold, load, load.messages);
    if (metric.name === "received_rate") checkRate(threshold, load, load.messages * load.members);
  }
}

/** Without a run before, nothing can be a share of its figures. Throws `UsageError`. */
export function checkAbsolute(thresholds: readonly Threshold[]): void {
  const relative = thresholds.find(({ ofBaseline }) => ofBaseline);
  if (relative === undefined) return;
  throw new UsageError(
    `${relative.text} is a share of a baseline, and there is none; \`report --baseline FILE\` has one`,
  );
}

/** From the first to the last message may pass one interval less than the time of sending. */
function checkRate({ text, operator, limit }: Threshold, load: PlannedLoad, count: number): void {
  const spanMs = load.sendingMs - load.intervalMs;
  if (spanMs <= 0 || operator === "<" || operator === "<=") return;
  const most = (count * 1000) / spanMs;
  if (compare(most, operator === "==" ? ">=" : operator, limit)) return;
  throw new UsageError(
    `${text} can never hold: this load is at most ${formatFigure("rate", most)}; use more clients or a shorter --interval`,
  );
}
