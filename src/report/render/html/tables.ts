import { formatCount } from "../../../lib/format.ts";
import type { LatencySummary, RunSummary } from "../../../results/summary.ts";
import { feltLatency } from "../../charts/felt-latency.ts";
import { HEALTH_COLUMNS } from "../../charts/generator-health.ts";
import { largest } from "../../charts/having.ts";
import { overLimit } from "../../charts/percentile-grid.ts";
import { figureNames, latencyCell, latencyFigures, NOT_KNOWN, RUN_HEADS, runCells } from "../cells.ts";
import { settingOf } from "../setting.ts";
import { type Content, html, type Markup } from "./markup.ts";

/** What happened, with a row per run. */
export function runsTable(runs: readonly RunSummary[], limitUs: number | null): Markup {
  const over = limitUs === null ? [] : [html`over the limit`];
  const rows = runs.map((run, i) => {
    const [label, ...cells] = runCells(run, run.label);
    return [
      ...[name(runs, i, label!), ...cells],
      ...[formatCount(run.repeated), formatCount(run.unmatched)],
      ...(limitUs === null ? [] : [overCell(feltLatency(run), limitUs)]),
    ];
  });
  return table([...RUN_HEADS, "repeated", "unmatched", ...over], rows);
}

/** Every figure of the latencies, a row per run and kind; those over the limit are marked. */
export function latencyTable(runs: readonly RunSummary[], limitUs: number | null): Markup {
  const names = figureNames(runs);
  const rows = runs.flatMap((run, i) =>
    [["scheduled", run.fromScheduled] as const, ["sent", run.fromSent] as const].map(([kind, latency]) => [
      name(runs, i, run.label),
      kind,
      ...figures(latency, names.length, limitUs),
    ]),
  );
  return table(["run", "from", ...names], rows, "Latency of the deliveries, ms");
}

/** The extremes of the time series, a row per run. */
export function timeTable(runs: readonly RunSummary[]): Markup {
  const heads = ["run", "slot, s", "slots", "lowest p99, ms", "highest p99, ms", "at, s", "most received/s"];
  const rows = runs.map((run, i) => {
    const head = name(runs, i, run.label);
    if (run.timeline === null) return [head, ...heads.slice(1).map(() => NOT_KNOWN)];
    const { slots, slotSeconds } = run.timeline;
    const measured = slots.flatMap(({ at, p99Us }) => (p99Us === null ? [] : [{ at, us: p99Us }]));
    const ordered = measured.toSorted((a, b) => a.us - b.us);
    const [least, most] = [ordered[0], ordered.at(-1)];
    return [
      ...[head, String(slotSeconds), formatCount(slots.length)],
      ...[latencyCell(least?.us ?? null), latencyCell(most?.us ?? null)],
      ...[most === undefined ? NOT_KNOWN : formatCount(most.at)],
      formatCount(largest(slots.map(({ received }) => received)) / slotSeconds),
    ];
  });
  return table(heads, rows);
}

/** The worst of the generator, a row per run. */
export function healthTable(runs: readonly RunSummary[]): Markup {
  const heads = ["run", "processes", ...HEALTH_COLUMNS.map(({ title }) => `worst ${title}`)];
  const rows = runs.map((run, i) => {
    const health = run.meta?.end?.generator;
    const { processes } = settingOf(run.meta);
    return [
      ...[name(runs, i, run.label), processes === null ? NOT_KNOWN : String(processes)],
      ...HEALTH_COLUMNS.map(({ column, doubtful }) => {
        if (health === undefined || health[column].length === 0) return NOT_KNOWN;
        const worst = largest(health[column]);
        return marked(Number(worst.toPrecision(3)).toString(), worst > doubtful);
      }),
    ];
  });
  return table(heads, rows);
}

/** Rows of cells under heads; the first column is words. It scrolls where the page is too narrow for it. */
export function table(
  heads: readonly Content[],
  rows: ReadonlyArray<readonly Content[]>,
  caption = "",
): Markup {
  const body = rows.map((row) => html`<tr>${row.map(cellOf)}</tr>\n`);
  return html`<div class="wide"><table>
${caption === "" ? [] : html`<caption>${caption}</caption>`}
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${body}</tbody>
</table></div>`;
}

function cellOf(cell: Content, i: number): Markup {
  return i === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`;
}

/** A run's name with its colour in the charts; one that is alone has none. */
export function name(runs: readonly RunSummary[], index: number, label: string): Markup {
  if (runs.length === 1) return html`${label}`;
  return html`<i class="swatch" style="background:var(--run-${index})"></i>${label}`;
}

function figures(latency: LatencySummary | null, count: number, limitUs: number | null): Content[] {
  if (latency === null) return Array.from({ length: count }, () => NOT_KNOWN);
  return latencyFigures(latency).map(([figure, us]) => {
    const over = limitUs !== null && us !== null && us > limitUs && figure !== "sd";
    return marked(latencyCell(us), over);
  });
}

function overCell(latency: LatencySummary | null, limitUs: number): Content {
  if (latency === null) return NOT_KNOWN;
  const over = overLimit(latency, limitUs);
  return over === null ? "no" : marked(over, true);
}

function marked(text: string, isBad: boolean): Content {
  return isBad ? html`<strong class="over">${text}</strong>` : text;
}
