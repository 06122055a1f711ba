import uPlot from "uplot";
import { formatShort } from "./figures.ts";
import type { Values } from "./series-store.ts";

/** All lines of a crowd as one path: two hundred strokes would be two hundred times the work. */
export function crowdPath(plot: uPlot, lines: readonly Values[]): uPlot.Series.Paths {
  const stroke = new Path2D();
  for (const line of lines) addLine(plot, stroke, line);
  // Many lines at full width would be one grey block.
  return { stroke, fill: null, clip: null, _width: lines.length > 40 ? 0.5 : 1 } as uPlot.Series.Paths;
}

/** A line drawn over everything else. */
export function drawOver(plot: uPlot, line: Values, colour: string): void {
  const { ctx, bbox } = plot;
  const path = new Path2D();
  addLine(plot, path, line);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = 2.5 * uPlot.pxRatio;
  ctx.lineJoin = "round";
  ctx.strokeStyle = colour;
  ctx.stroke(path);
  ctx.restore();
}

/** A dashed line at `value`; where the chart ends below it, an arrow says in which direction it lies. */
export function drawThreshold(plot: uPlot, value: number, colour: string, ground: string): void {
  const { ctx, bbox } = plot;
  const scale = uPlot.pxRatio;
  const isInSight = value <= (plot.scales.y?.max ?? 0);
  const y = isInSight ? Math.round(plot.valToPos(value, "y", true)) + 0.5 : bbox.top;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.lineWidth = scale;
  if (isInSight) {
    ctx.setLineDash([6 * scale, 4 * scale]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = isInSight ? "bottom" : "top";
  const words = `spawn at ${formatShort(value)}${isInSight ? "" : " ↑"}`;
  const [left, top] = [bbox.left + 6 * scale, y + (isInSight ? -3 : 2) * scale];
  // A rim of the ground's colour, so that the words can be read on top of lines.
  ctx.setLineDash([]);
  ctx.strokeStyle = ground;
  ctx.lineWidth = 4 * scale;
  ctx.lineJoin = "round";
  ctx.strokeText(words, left, top);
  ctx.fillText(words, left, top);
  ctx.restore();
}

/** A line's points on the canvas; the pen is lifted where it has none. */
function addLine(plot: uPlot, path: Path2D, line: Values): void {
  let isDown = false;
  line.forEach((value, point) => {
    const time = plot.data[0][point];
    if (value === null || time === undefined) {
      isDown = false;
      return;
    }
    const [x, y] = [plot.valToPos(time, "x", true), plot.valToPos(value, "y", true)];
    if (isDown) path.lineTo(x, y);
    else path.moveTo(x, y);
    isDown = true;
  });
}
