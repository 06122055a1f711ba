import { formatCount, formatPercent, threeDigits } from "../../../src/lib/format.ts";
import { draw } from "../../../src/report/charts/draw.ts";
import { cell } from "../figures/render.ts";
import { spreadOf } from "../figures/spread.ts";
import type { Axis } from "./axis.ts";
import { growthPlot } from "./chart.ts";
import type { Cost } from "./cost.ts";
import type { Growth } from "./growth.ts";
import { fitPowerLaw, formatExponent, type Point } from "./power-law.ts";

/** An axis as a part of the page, and its chart. */
export interface GrowthPart {
  /** Name of the chart's file. */
  file: string;
  svg: string;
  /** Markdown, which shows the chart from `folder`. */
  text: string;
}

const COLUMNS: ReadonlyArray<{
  head: string;
  of: (cost: Cost) => number | null;
  format?: (n: number) => string;
}> = [
  { head: "µs a message", of: ({ all }) => all },
  { head: "µs a delivery", of: ({ all, deliveries }) => all / deliveries },
  { head: "of it Redis, µs a message", of: ({ redis }) => redis },
  { head: "deliveries a message", of: ({ deliveries }) => deliveries },
  { head: "writes a message", of: ({ writes }) => writes },
  { head: "in the kernel", of: ({ kernelShare }) => kernelShare, format: percent },
  { head: "p99 ms", of: ({ p99 }) => p99 },
  { head: "others CPU %", of: ({ others }) => others, format: formatCount },
];

export function renderGrowth({ axis, points }: Growth, folder: string): GrowthPart {
  const curve = points.map(({ point, costs }) => ({ x: point, y: median(costs, ({ all }) => all)! }));
  const file = `${axis.id}.svg`;
  const text = [
    `### ${axis.title}`,
    axis.method,
    `![${describeChart(axis, curve)}](${folder}/${file})`,
    renderTable(axis, points),
    `${describeLaw(axis, curve)} ${nameBottleneck(axis, points.at(-1)!)}`,
  ].join("\n\n");
  return { file, svg: draw(growthPlot(axis, curve)), text };
}

/** The chart in words, for those who do not see it. */
function describeChart({ title, format }: Axis, curve: readonly Point[]): string {
  const at = ({ x, y }: Point) => `${threeDigits(y)} µs at ${format(x)}`;
  const { exponent } = fitPowerLaw(curve);
  return (
    `${title}: processor time for a message on logarithmic axes, from ${at(curve[0]!)} to ${at(curve.at(-1)!)}; ` +
    `fitted exponent ${formatExponent(exponent)}`
  );
}

function renderTable({ of, format }: Axis, points: Growth["points"]): string {
  const columns = COLUMNS.filter((column) =>
    points.some(({ costs }) => costs.some((cost) => column.of(cost) !== null)),
  );
  const lines = points.map(({ point, costs }) => [
    format(point),
    ...columns.map((column) => cell(column.format ?? threeDigits, spreadOf(costs.map(column.of)))),
  ]);
  const head = [of, ...columns.map(({ head }) => head)];
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function describeLaw({ of }: Axis, curve: readonly Point[]): string {
  const { factor, exponent, fit } = fitPowerLaw(curve);
  const last = fitPowerLaw(curve.slice(-2));
  return (
    `A message costs about ${threeDigits(factor)} × ${of}^**${formatExponent(exponent)}** µs (R² ${fit.toFixed(2)}); ` +
    `between the last two points the exponent is ${formatExponent(last.exponent)}.`
  );
}

/** What is full first when more is said: of the processes with one thread for all, the one that a message costs most. */
function nameBottleneck({ format }: Axis, { point, costs }: Growth["points"][number]): string {
  const of = (figure: (cost: Cost) => number | null) => median(costs, figure);
  const [server, redis, kernel] = [of((c) => c.server)!, of((c) => c.redis), of((c) => c.kernelShare)];
  const [deliveries, writes] = [of((c) => c.deliveries)!, of((c) => c.writes)!];
  const isRedis = redis !== null && redis > server;
  const what = isRedis ? "Redis, which is one thread" : "the event loop of the server";
  const figures = [
    `${threeDigits(server)} µs of ${redis === null ? "it" : "the busiest server"}`,
    ...(redis === null ? [] : [`${threeDigits(redis)} µs of Redis`]),
    `${threeDigits(writes)} socket writes`,
    ...(kernel === null ? [] : [`${percent(kernel)} of the servers' time is spent in the kernel`]),
  ];
  const messages = 1e6 / (isRedis ? redis : server);
  return (
    `**The next bottleneck** is ${what}: at ${format(point)} a message takes ${figures.join(", ")}. At this cost one core ` +
    `is full near ${twoDigits(messages)} messages/s, ${twoDigits(messages * deliveries)} deliveries/s.`
  );
}

function twoDigits(value: number): string {
  return formatCount(Number(value.toPrecision(2)));
}

function median(costs: readonly Cost[], of: (cost: Cost) => number | null): number | null {
  return spreadOf(costs.map(of))?.median ?? null;
}

function percent(share: number): string {
  return formatPercent(Number(share.toFixed(2)));
}
