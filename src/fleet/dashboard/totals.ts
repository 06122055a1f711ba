import { formatCount } from "../../lib/format.ts";
import { loadOf } from "../shown.ts";
import type { FleetStatus } from "../status.ts";
import { byId, setText } from "./dom.ts";
import { formatRate, pressureOf } from "./figures.ts";
import { capacityLine, decidesLine, phasesLine } from "./wording.ts";

/** The head of the page: what the fleet does as a whole. */
export class Totals {
  private readonly bar = byId("capacity-bar", HTMLElement);
  private readonly decides = byId("decides", HTMLElement);

  show(status: FleetStatus): void {
    const { servers, options, writes_per_s } = status;
    const ready = servers.filter((server) => server.phase === "ready").length;
    const perServer = ready === 0 ? 0 : status.connections / ready;
    tell("servers", formatCount(ready), phasesLine(servers, options));
    tell("connections", formatCount(status.connections), `${formatCount(perServer)} per server`);
    tell("rooms", formatCount(status.rooms), roomSize(status));
    tell("writes", formatCount(writes_per_s), capacityLine(writes_per_s, ready, options.spawn_at));
    tell("provisions", formatRate(status.provisions_per_s), "clients placed");

    const load = loadOf(writes_per_s, ready * options.spawn_at);
    this.bar.style.setProperty("--part", String(Math.min(1, load)));
    this.bar.dataset.pressure = pressureOf(load);
    setText(this.decides, decidesLine(status.decides));
    this.decides.dataset.decides = String(status.decides);
  }
}

function tell(id: string, value: string, about: string): void {
  setText(byId(`total-${id}`, HTMLElement), value);
  setText(byId(`about-${id}`, HTMLElement), about);
}

function roomSize({ rooms, connections }: FleetStatus): string {
  return rooms === 0 ? "nobody is in one" : `${formatRate(connections / rooms)} people per room`;
}
