import { formatCount, formatDuration, formatLatency, formatPercent } from "../../../lib/format.ts";
import { lossOf, type RunSummary } from "../../../results/summary.ts";
import { CHART_WIDTH, type Chart } from "../../charts/chart.ts";
import { chartsFor } from "../../charts/charts.ts";
import { colourSheet, pageColours } from "../../charts/colours.ts";
import { draw } from "../../charts/draw.ts";
import { feltLatency } from "../../charts/felt-latency.ts";
import { NOT_KNOWN } from "../cells.ts";
import { VERDICT_HEADS, verdictRows } from "../verdicts.ts";
import { factsOf } from "./facts.ts";
import { asMarkup, type Content, html, type Markup, plainText } from "./markup.ts";
import style from "./page.css" with { type: "text" };
import { healthTable, latencyTable, name, runsTable, table, timeTable } from "./tables.ts";

/** Nothing is loaded and nothing runs: what a results file smuggled in would be text. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Charts that would repeat one figure where there is one run. */
const OF_MANY = new Set(["mean-latency"]);

/** The runs as one page that needs nothing else: no network, no scripts, and no raw samples in it. */
export function renderPage(runs: readonly RunSummary[], limitUs: number | null): string {
  const clean = runs.map((run) => ({ ...run, label: plainText(run.label) }));
  const title = `Load test: ${clean.length === 1 ? clean[0]!.label : `${clean.length} runs`}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
${asMarkup(colourSheet(clean.length))}
${asMarkup(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="lead">${lead(clean, limitUs)}</p>
</header>
<main>
${clean.length === 1 ? tiles(clean[0]!) : []}
${section("runs", "What happened", "", runsTable(clean, limitUs))}
${verdicts(clean)}
${chartsFor(limitUs).map((chart) => chartSection(chart, clean, limitUs))}
${section("setting", "What was run, and where", "", [settings(clean), commands(clean)])}
${notes(clean)}
</main>
<footer><p>Made by scale-chat. Percentiles are by nearest rank over all deliveries, exact; those over time within 1/128.
A percentile without enough messages behind it is ${NOT_KNOWN}.</p></footer>
</body>
</html>
`;
  return page.text;
}

function lead(runs: readonly RunSummary[], limitUs: number | null): Content {
  const planned = runs.every(({ fromScheduled }) => fromScheduled !== null);
  const kind = planned
    ? "Latency is measured from when the plan wanted a message sent to when a client had it: what a user feels."
    : "Latency is measured from when the plan wanted a message sent, or from when it was sent where a file has no plan.";
  const limit = limitUs === null ? "" : ` The limit is ${formatDuration(limitUs / 1000)}.`;
  return `${kind}${limit}`;
}

/** What a run that is alone is asked first. */
function tiles(run: RunSummary): Markup {
  const latency = feltLatency(run);
  const loss = lossOf(run);
  const at = (percent: number) => {
    const value = latency?.curve.find((point) => point.percent === percent)?.valueUs;
    return value === null || value === undefined ? NOT_KNOWN : formatLatency(value);
  };
  const figures: Array<[string, string]> = [
    ["messages sent", formatCount(run.sent)],
    ["deliveries received", formatCount(run.received)],
    ["loss", loss === null ? NOT_KNOWN : formatPercent(loss)],
    ["p50", at(50)],
    ["p99", at(99)],
    ["longest", latency === null ? NOT_KNOWN : formatLatency(latency.max)],
  ];
  return html`<dl class="tiles">${figures.map(([what, figure]) => html`<div><dt>${what}</dt><dd>${figure}</dd></div>`)}</dl>`;
}

function chartSection(chart: Chart, runs: readonly RunSummary[], limitUs: number | null): Content {
  if (runs.length === 1 && OF_MANY.has(chart.name)) return [];
  const plot = chart.plot(runs, { colours: pageColours(runs.length), limitUs });
  if (plot === null)
    return section(chart.name, chart.title, "", html`<p class="missing">${chart.without}</p>`);
  const svg = draw(plot).replace("<svg ", `<svg role="img" aria-labelledby="${chart.name}" `);
  const left =
    plot.leftOut.length === 0 ? [] : html`<p class="missing">${NOT_KNOWN}: ${plot.leftOut.join(", ")}</p>`;
  const figure = html`<figure class="wide" style="--chart:${CHART_WIDTH}px">${asMarkup(svg)}</figure>`;
  return section(chart.name, chart.title, chart.reading, [figure, left, tableBeside(chart, runs, limitUs)]);
}

/** The exact figures of what a chart shows; some charts share a table. */
function tableBeside({ name }: Chart, runs: readonly RunSummary[], limitUs: number | null): Content {
  if (name === "percentile-curve") return latencyTable(runs, limitUs);
  if (name === "latency-over-time") return timeTable(runs);
  return name === "generator-health" ? healthTable(runs) : [];
}

function section(id: string, title: string, reading: string, content: Content): Markup {
  return html`<section>
<h2 id="${id}">${title}</h2>
${reading === "" ? [] : html`<p class="reading">${reading}</p>`}
${content}
</section>
`;
}

function verdicts(runs: readonly RunSummary[]): Content {
  const rows = runs.flatMap((run, i) => verdictRows(run).map((row) => [name(runs, i, run.label), ...row]));
  if (rows.length === 0) return [];
  return section("thresholds", "What the runs were held to", "", table(["run", ...VERDICT_HEADS], rows));
}

function settings(runs: readonly RunSummary[]): Markup {
  const heads = [
    "run",
    "started",
    "for",
    "warm-up",
    "each client sends",
    "dialect",
    "seed",
    "recorded",
    "to",
  ];
  const rows = runs.map((run, i) => {
    const facts = factsOf(run.meta);
    return [
      ...[name(runs, i, run.label), facts.started, facts.duration, facts.warmup],
      ...[facts.sends, facts.dialect],
      ...[facts.seed, facts.recorded, facts.url],
    ];
  });
  return html`<div class="words">${table(heads, rows)}</div>`;
}

/** By which command, on which machine; a machine that is the same for all is named once. */
function commands(runs: readonly RunSummary[]): Markup {
  const all = runs.map((run) => factsOf(run.meta));
  const isOne = all.every(({ host }) => host === all[0]!.host);
  const rows = all.map(({ host, command }, i) => [
    name(runs, i, runs[i]!.label),
    html`${command === null ? `${NOT_KNOWN}: the file does not say it` : html`<code>${command}</code>`}`,
    ...(isOne ? [] : [host]),
  ]);
  const generator = isOne ? html`<p>Load generator: ${all[0]!.host}</p>` : [];
  const heads = ["run", "command that made it", ...(isOne ? [] : ["load generator"])];
  return html`${generator}<div class="words commands">${table(heads, rows)}</div>`;
}

function notes(runs: readonly RunSummary[]): Content {
  const items = runs.flatMap((run, i) =>
    run.notes.map(
      (note) => html`<li>${runs.length === 1 ? [] : [name(runs, i, run.label), ": "]}${note}</li>\n`,
    ),
  );
  return items.length === 0
    ? []
    : section("notes", "Before believing the figures", "", html`<ul>${items}</ul>`);
}
