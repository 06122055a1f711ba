import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent, LegendPlainComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { CHART_WIDTH, type Plot } from "./chart.ts";

use([BarChart, CustomChart, LineChart]);
use([GridComponent, LegendPlainComponent, TitleComponent, LabelLayout, SVGRenderer]);

/** The plot as one `<svg>` element. Text in it is escaped. */
export function draw({ option, height, width = CHART_WIDTH }: Omit<Plot, "leftOut">): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(option);
    return withoutHover(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** Nothing here answers to a pointer, and a style sheet inside would speak to the whole page. */
function withoutHover(svg: string): string {
  return svg
    .replace(/<style\b[^>]*>.*?<\/style>/gs, "")
    .replace(/(<(?:path|text|rect|g|polyline|line|circle)\b[^<>]*?) class="zr\d+-cls-\d+"/g, "$1")
    .replace(/ ecmeta_\w+="[\w-]*"/g, "")
    .replaceAll(' pointer-events="visible"', "");
}
