import { formatCount } from "../../lib/format.ts";
import { sanitise } from "../../lib/sanitise.ts";
import { formatAge, loadOf } from "../shown.ts";
import type { ServerStatus } from "../status.ts";
import { create, label, setText } from "./dom.ts";
import { formatLag, formatMemory, formatRate, pressureOf } from "./figures.ts";
import type { Focus } from "./focus.ts";

/** One server in the table. Its cells are made once and then only change their text. */
export class ServerRow {
  readonly element = create("tr");
  private readonly swatch = create("span", "swatch");
  private readonly pin = create("button", "pin");
  private readonly url = create("span", "url");
  private readonly phase = create("span", "phase");
  private readonly age = numberCell("age");
  private readonly connections = numberCell("connections");
  private readonly rooms = numberCell("rooms");
  private readonly writes = create("span", "value");
  private readonly bar = create("span", "bar");
  private readonly lag = numberCell("loop lag");
  private readonly memory = numberCell("memory");
  private readonly drain = create("button", "quiet", "Drain");

  constructor(
    private readonly id: string,
    private readonly focus: Focus,
    onDrain: (id: string) => void,
  ) {
    this.pin.type = this.drain.type = "button";
    this.pin.append(this.swatch, create("bdi", "", sanitise(id)));
    this.pin.title = "Pin this server on the charts";
    this.pin.addEventListener("click", () => focus.togglePin(id));
    this.drain.ariaLabel = `Drain ${sanitise(id)}`;
    this.drain.addEventListener("click", () => onDrain(id));
    this.element.addEventListener("pointerenter", () => focus.hover(id));
    this.element.addEventListener("pointerleave", () => focus.hover(null));

    const name = create("th", "name");
    name.scope = "row";
    name.append(this.pin, this.url);
    const phase = create("td", "in-phase");
    phase.append(this.phase);
    const writes = numberCell("writes/s", "load");
    writes.append(this.writes, this.bar);
    const actions = create("td", "actions");
    actions.append(this.drain);
    this.element.append(name, phase, this.age, this.connections, this.rooms, writes, this.lag, this.memory);
    this.element.append(actions);
  }

  show(server: ServerStatus, now: number, spawnAt: number, colour: number | null): void {
    const url = sanitise(server.url);
    setText(this.url, server.kind === "remote" ? `remote · ${url}` : url);
    if (this.url.title !== url) this.url.title = url;
    setText(this.phase, server.phase);
    setData(this.phase, "phase", server.phase);
    setText(this.age, formatAge(now - server.started_at));
    setText(this.connections, formatCount(server.connections));
    setText(this.rooms, formatCount(server.rooms));
    setText(this.writes, formatRate(server.writes_per_s));
    setText(this.lag, formatLag(server.loop_lag_ms));
    setText(this.memory, formatMemory(server.memory_rss_bytes));

    const load = loadOf(server.writes_per_s, spawnAt);
    const part = Math.min(1, load).toFixed(2);
    if (this.bar.style.getPropertyValue("--part") !== part) this.bar.style.setProperty("--part", part);
    setData(this.bar, "pressure", pressureOf(load));
    const isPinned = this.focus.pin === this.id;
    setData(this.swatch, "colour", String(colour ?? (isPinned ? "pinned" : "none")));
    if (this.pin.ariaPressed !== String(isPinned)) this.pin.ariaPressed = String(isPinned);
    const isDraining = server.phase === "draining";
    if (this.drain.disabled !== isDraining) this.drain.disabled = isDraining;
  }
}

function numberCell(words: string, kind = ""): HTMLTableCellElement {
  const cell = create("td", `number ${kind}`.trim());
  label(cell, words);
  return cell;
}

function setData(element: HTMLElement, name: string, value: string): void {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}
