import uPlot from "uplot";
import type { Cast } from "./cast.ts";
import { type ChartData, chartData, nearestLine, topOf } from "./chart-data.ts";
import { drawOver, drawThreshold } from "./chart-drawing.ts";
import { chartOptions } from "./chart-options.ts";
import { create, setText } from "./dom.ts";
import { type Figure, formatTime } from "./figures.ts";
import type { Focus } from "./focus.ts";
import type { Palette } from "./palette.ts";
import { type SeriesStore, WINDOW_MS } from "./series-store.ts";

/** What all charts share. */
export interface ChartWorld {
  store: SeriesStore;
  cast: Cast;
  focus: Focus;
  palette: Palette;
  /** The chart that the pointer is on: the others only follow its cursor. */
  pointed: Chart | null;
}

/** This near to a line the pointer means it, CSS pixels. */
const REACH = 24;
/** How much of the others is left while one server is looked at. */
const FADED = 0.25;

/** The last 10 minutes of one figure: a line a server, or a crowd with its busiest, its mean and its greatest. */
export class Chart {
  readonly element = create("figure", "chart");
  private readonly readout = create("span", "readout");
  private readonly canvas = create("div", "plot");
  private readonly plot: uPlot;
  private data: ChartData;
  private threshold: number | null = null;

  constructor(
    private readonly figure: Figure,
    private readonly world: ChartWorld,
  ) {
    const caption = create("figcaption");
    caption.append(create("h3", "", figure.title), create("span", "unit", figure.unit), this.readout);
    this.canvas.role = "img";
    this.canvas.ariaLabel = `${figure.title}, ${figure.unit}: the last 10 minutes. The table of servers has the newest figures.`;
    this.element.append(caption, this.canvas);
    this.data = chartData(world.store, world.cast, figure.key);
    const { palette } = world;
    this.plot = new uPlot(
      {
        ...chartOptions(figure, {
          palette,
          crowd: () => this.data.crowd,
          range: {
            x: () => {
              const now = this.data.times.at(-1) ?? Date.now() / 1000;
              return [now - WINDOW_MS / 1000, now];
            },
            y: () => [0, topOf(this.data.highest, figure.floor, this.threshold)],
          },
        }),
        cursor: {
          ...{ y: false, points: { show: false }, drag: { x: false, y: false, setScale: false } },
          sync: { key: "fleet", scales: ["x", null] },
        },
        hooks: {
          draw: [
            () => {
              this.drawFocus();
              this.drawThreshold();
            },
          ],
          setCursor: [() => this.pointed()],
        },
      },
      this.columns(),
      this.canvas,
    );
    this.plot.over.addEventListener("pointerenter", () => {
      world.pointed = this;
    });
    this.plot.over.addEventListener("pointerleave", ({ pointerType }) => {
      // A finger that was lifted still means the place that it touched.
      if (pointerType !== "mouse") return;
      world.pointed = null;
      world.focus.hover(null);
    });
    world.focus.onChange(() => this.refocus());
    new ResizeObserver(() => this.fit()).observe(this.canvas);
  }

  /** Draws what the store holds now. */
  update(threshold: number | null): void {
    this.threshold = threshold;
    this.data = chartData(this.world.store, this.world.cast, this.figure.key);
    this.fade();
    this.plot.setData(this.columns());
    this.read();
  }

  /** Draws the same in other colours. */
  recolour(): void {
    this.plot.redraw(false, true);
  }

  private columns(): uPlot.AlignedData {
    const { times, mean, max, slots } = this.data;
    const nothing = times.map(() => null);
    // The few lines of a small fleet say it all by themselves.
    const summary = this.world.cast.isCrowd ? [mean, max] : [nothing, nothing];
    // uPlot's type asks for arrays that it may change, which it does not.
    return [times, mean, ...summary, ...slots] as unknown as uPlot.AlignedData;
  }

  private fit(): void {
    const width = Math.floor(this.canvas.clientWidth);
    if (width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: this.plot.height });
  }

  private refocus(): void {
    this.fade();
    this.read();
    // While uPlot tells of its cursor it is drawing, and forgets what it is asked for; right after it listens.
    queueMicrotask(() => this.plot.redraw(false));
  }

  private pointed(): void {
    if (this.world.pointed === this) {
      const { idx, top } = this.plot.cursor;
      const value = this.plot.posToVal(top ?? -1, "y");
      const reach = this.plot.posToVal(0, "y") - this.plot.posToVal(REACH, "y");
      const found = typeof idx === "number" ? nearestLine(this.data.byServer, idx, value, reach) : null;
      this.world.focus.hover(found);
    }
    this.read();
  }

  /** What stands beside the title: the server looked at, else the fleet; at the cursor, else now. */
  private read(): void {
    const { idx } = this.plot.cursor;
    const point = typeof idx === "number" ? idx : this.data.times.length - 1;
    const time = typeof idx === "number" ? `${formatTime((this.data.times[idx] ?? 0) * 1000)}  ` : "";
    const format = (value: number | null | undefined) =>
      value === null || value === undefined ? "–" : this.figure.format(value);
    const { server } = this.world.focus;
    const text =
      server === null
        ? `mean ${format(this.data.mean[point])} · max ${format(this.data.max[point])}`
        : `${server} ${format(this.data.byServer.get(server)?.[point])}`;
    setText(this.readout, time + text);
  }

  private drawThreshold(): void {
    if (this.threshold === null) return;
    const { threshold, surface } = this.world.palette.colours;
    drawThreshold(this.plot, this.threshold, threshold, surface);
  }

  /** The server looked at lies over all others, which have faded. */
  private drawFocus(): void {
    const { cast, focus, palette } = this.world;
    const line = focus.server === null ? undefined : this.data.byServer.get(focus.server);
    if (line === undefined) return;
    const slot = cast.slotOf(focus.server!);
    drawOver(this.plot, line, slot === null ? palette.colours.ink : palette.colours.lines[slot]!);
  }

  private fade(): void {
    const { server } = this.world.focus;
    const alpha = server !== null && this.data.byServer.has(server) ? FADED : 1;
    for (const series of this.plot.series) series.alpha = alpha;
  }
}
