import type { LatencySummary, RunSummary } from "../../results/summary.ts";
import { figureNames, latencyCell, latencyFigures, NOT_KNOWN, RUN_HEADS, runCells } from "./cells.ts";
import { escaped, table } from "./markdown-table.ts";
import { VERDICT_HEADS, verdictRows } from "./verdicts.ts";

/** For a README or an issue: what happened, the latencies with a row per run and kind, and the notes. */
export function renderMarkdown(runs: readonly RunSummary[]): string {
  const figures = figureNames(runs);
  const happened = runs.map((run) => runCells(run, run.label));
  const latencies = runs.flatMap((run) => [
    [run.label, "scheduled", ...latencyCells(run.fromScheduled, figures)],
    [run.label, "sent", ...latencyCells(run.fromSent, figures)],
  ]);
  const verdicts = runs.flatMap((run) => verdictRows(run).map((row) => [run.label, ...row]));
  const notes = runs.flatMap((run) => run.notes.map((note) => `- ${escaped(run.label)}: ${escaped(note)}`));
  const parts = [
    table(RUN_HEADS, happened, 1),
    ...(figures.length === 0
      ? ["Latency: n/a, nothing was delivered"]
      : ["Latency of the deliveries, in ms:", table(["run", "from", ...figures], latencies, 2)]),
    ...(verdicts.length > 0 ? ["Thresholds:", table(["run", ...VERDICT_HEADS], verdicts, 4)] : []),
    ...(notes.length > 0 ? [["Notes:", "", ...notes].join("\n")] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

function latencyCells(latency: LatencySummary | null, figures: readonly string[]): string[] {
  if (latency === null) return figures.map(() => NOT_KNOWN);
  return latencyFigures(latency).map(([, us]) => latencyCell(us));
}
