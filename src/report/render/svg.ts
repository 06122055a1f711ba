import type { RunSummary } from "../../results/summary.ts";
import { CHART_WIDTH, FONT_SIZE } from "../charts/chart.ts";
import { chartsFor } from "../charts/charts.ts";
import { fixedColours, LIGHT } from "../charts/colours.ts";
import { draw } from "../charts/draw.ts";
import { fitText } from "../charts/text.ts";
import { escapeMarkup, plainText } from "./html/markup.ts";

const MARGIN = 28;
const HEAD = 84;

/** The charts that these runs fill, as files that stand alone: `percentile-curve.svg`, … */
export function renderSvgs(runs: readonly RunSummary[], limitUs: number | null): Map<string, string> {
  const clean = runs.map((run) => ({ ...run, label: plainText(run.label) }));
  const files = new Map<string, string>();
  for (const chart of chartsFor(limitUs)) {
    const plot = chart.plot(clean, { colours: fixedColours(clean.length), limitUs });
    if (plot === null) continue;
    const subtitle = clean.length === 1 ? clean[0]!.label : `${clean.length} runs`;
    files.set(`${chart.name}.svg`, framed(draw(plot), plot.height, chart.title, subtitle));
  }
  return files;
}

/** A drawing under its title, on a ground of its own: it is legible wherever it is put. */
function framed(drawing: string, height: number, title: string, subtitle: string): string {
  const [width, full] = [CHART_WIDTH + 2 * MARGIN, HEAD + height + MARGIN];
  const line = (y: number, style: string, text: string) =>
    `<text x="${MARGIN}" y="${y}" style="font-family:system-ui, sans-serif;${style}">${escapeMarkup(text)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${full}" viewBox="0 0 ${width} ${full}">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<rect width="${width}" height="${full}" fill="${LIGHT.surface}"/>`,
    line(38, `font-size:22px;font-weight:600;fill:${LIGHT.ink}`, title),
    line(62, `font-size:${FONT_SIZE}px;fill:${LIGHT.soft}`, fitText(subtitle, CHART_WIDTH, FONT_SIZE)),
    drawing.replace("<svg ", `<svg x="${MARGIN}" y="${HEAD}" `),
    "</svg>\n",
  ].join("\n");
}
