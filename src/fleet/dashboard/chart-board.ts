import type { FleetStatus } from "../status.ts";
import { Cast } from "./cast.ts";
import { Chart, type ChartWorld } from "./chart.ts";
import { byId } from "./dom.ts";
import { FIGURES } from "./figures.ts";
import type { Focus } from "./focus.ts";
import { Legend } from "./legend.ts";
import { Palette } from "./palette.ts";
import type { SeriesStore } from "./series-store.ts";

/** The four charts and what they share: the cursor, the colours, the server that is looked at. */
export class ChartBoard {
  readonly cast = new Cast();
  private readonly charts: Chart[];
  private readonly legend: Legend;

  constructor(store: SeriesStore, focus: Focus) {
    const palette = new Palette(() => {
      for (const chart of this.charts) chart.recolour();
    });
    const world: ChartWorld = { store, focus, palette, cast: this.cast, pointed: null };
    this.charts = FIGURES.map((figure) => new Chart(figure, world));
    this.legend = new Legend(this.cast, focus);
    byId("charts", HTMLElement).append(...this.charts.map(({ element }) => element));
  }

  show({ servers, options }: FleetStatus): void {
    this.cast.choose(servers);
    this.legend.show(servers.length);
    this.charts.forEach((chart, i) => {
      chart.update(FIGURES[i]!.key === "writes_per_s" ? options.spawn_at : null);
    });
  }
}
