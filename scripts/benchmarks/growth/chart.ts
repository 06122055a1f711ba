import { labelStyle, oneTwoFive, shortNumber } from "../../../src/report/charts/axes.ts";
import { baseOption, FONT_SIZE, type Plot, textAt } from "../../../src/report/charts/chart.ts";
import { fixedColours } from "../../../src/report/charts/colours.ts";
import type { Axis } from "./axis.ts";
import { fitPowerLaw, formatExponent, type Point } from "./power-law.ts";

const WIDTH = 560;
const HEIGHT = 340;
const COLOURS = fixedColours(1);

/** The points and the power law through them, both axes logarithmic. `points` are at least two. */
export function growthPlot({ title, of }: Axis, points: readonly Point[]): Omit<Plot, "leftOut"> {
  const { factor, exponent } = fitPowerLaw(points);
  const fitted = points.map(({ x }) => ({ x, y: factor * x ** exponent }));
  const name = { color: COLOURS.soft, size: FONT_SIZE - 1 };
  return {
    ...{ width: WIDTH, height: HEIGHT },
    option: {
      ...baseOption(COLOURS),
      backgroundColor: "#ffffff",
      title: [
        textAt(title, 16, 12, { color: COLOURS.ink, bold: true }),
        textAt(`grows as ${of} ^ ${formatExponent(exponent)}`, WIDTH - 16, 12, {
          color: COLOURS.tail,
          endsThere: true,
        }),
        textAt("µs of processor time for a message", 16, 38, name),
        textAt(of, WIDTH - 16, HEIGHT - 28, { ...name, endsThere: true }),
      ],
      grid: { left: 64, right: 28, top: 68, bottom: 56 },
      xAxis: logAxis(points.map(({ x }) => x)),
      yAxis: logAxis(wholeDecades([...points, ...fitted].map(({ y }) => y))),
      series: [
        { ...line(fitted), showSymbol: false, lineStyle: { color: COLOURS.tail, width: 2, type: "dashed" } },
        {
          ...line(points),
          ...{ symbol: "circle", symbolSize: 9, itemStyle: { color: COLOURS.typical } },
          lineStyle: { color: COLOURS.typical, width: 2 },
        },
      ],
    },
  };
}

/** So that what hardly grows looks flat. */
function wholeDecades(values: readonly number[]): number[] {
  return [
    10 ** Math.floor(Math.log10(Math.min(...values))),
    10 ** Math.ceil(Math.log10(Math.max(...values))),
  ];
}

/** From a round number below all values, which are at least 1, to one above. */
function logAxis(values: readonly number[]) {
  const ticks = oneTwoFive(Math.min(...values), Math.max(...values));
  const places = new Map(ticks.map((tick) => [Math.log10(tick), tick]));
  const customValues = [...places.keys()];
  return {
    type: "value" as const,
    ...{ min: customValues[0]!, max: customValues.at(-1)! },
    axisTick: { show: false, customValues },
    axisLabel: {
      ...labelStyle(COLOURS),
      // Where there are many, only the powers of ten are named.
      customValues: ticks.length > 8 ? customValues.filter(Number.isInteger) : customValues,
      formatter: (value: number) => shortNumber(places.get(value) ?? 10 ** value),
    },
    axisLine: { show: true, onZero: false, lineStyle: { color: COLOURS.soft } },
    splitLine: { show: true, lineStyle: { color: COLOURS.grid } },
  };
}

function line(points: readonly Point[]) {
  return { type: "line" as const, data: points.map(({ x, y }) => [Math.log10(x), Math.log10(y)]) };
}
