import { sanitise } from "../../lib/sanitise.ts";
import { roomName } from "../shown.ts";
import type { DecisionEvent } from "../status.ts";
import { byId, create, setText } from "./dom.ts";
import { EventOrder, MAX_EVENTS } from "./event-order.ts";
import { formatMoment } from "./figures.ts";
import { figureName, figureValue, movesLine } from "./wording.ts";

/** More moves than that say no more. */
const MAX_MOVES = 100;

/** What the fleet decided and what happened to it, newest first. */
export class EventList {
  private readonly list = byId("events", HTMLOListElement);
  private readonly empty = byId("no-events", HTMLElement);
  private readonly order = new EventOrder();
  private waiting: DecisionEvent[] = [];

  /** Kept until the next `show`: a stream begins with hundreds of them. */
  add(event: DecisionEvent): void {
    this.waiting.push(event);
    // A hidden page shows nothing; what it could not show in the end need not wait.
    if (this.waiting.length > 2 * MAX_EVENTS) this.waiting = this.waiting.slice(-MAX_EVENTS);
  }

  show(): void {
    for (const event of this.waiting) {
      const place = this.order.place(event);
      if (place !== null) this.list.insertBefore(item(event), this.list.children[place] ?? null);
    }
    this.waiting = [];
    while (this.list.children.length > MAX_EVENTS) this.list.lastElementChild!.remove();
    this.empty.hidden = this.list.children.length > 0;
    setText(byId("events-count", HTMLElement), String(this.list.children.length));
  }
}

function item({ type, at, server, reason, figures, moves }: DecisionEvent): HTMLLIElement {
  const element = create("li", "event");
  const head = create("p", "head");
  const badge = create("span", "badge", type);
  badge.dataset.type = type;
  const time = create("time", "", formatMoment(at, Date.now()));
  time.dateTime = new Date(at).toISOString();
  time.title = new Date(at).toLocaleString();
  head.append(badge);
  if (server !== null) head.append(create("bdi", "server", sanitise(server)));
  head.append(time);
  const words = create("p", "reason", sanitise(reason));
  words.dir = "auto";
  element.append(head, words);
  const details = foldedDetails(figures, moves ?? []);
  if (details !== null) element.append(details);
  return element;
}

/** The numbers and moves; `null` where there are none. Its content is made when it is opened first. */
function foldedDetails(
  figures: DecisionEvent["figures"],
  moves: NonNullable<DecisionEvent["moves"]>,
): HTMLDetailsElement | null {
  const numbers = Object.entries(figures);
  if (numbers.length === 0 && moves.length === 0) return null;
  const details = create("details");
  details.append(create("summary", "", moves.length > 0 ? `Moves ${movesLine(moves)}` : "Figures"));
  const fill = () => {
    if (numbers.length > 0) details.append(figureList(numbers));
    if (moves.length > 0) details.append(moveList(moves));
  };
  details.addEventListener("toggle", fill, { once: true });
  return details;
}

function figureList(numbers: Array<[name: string, value: number]>): HTMLElement {
  const list = create("dl");
  for (const [name, value] of numbers) {
    list.append(create("dt", "", figureName(name)), create("dd", "", figureValue(value)));
  }
  return list;
}

function moveList(moves: NonNullable<DecisionEvent["moves"]>): HTMLElement {
  const list = create("ul");
  for (const { room, clients, to } of moves.slice(0, MAX_MOVES)) {
    const line = create("li");
    line.append(
      create("bdi", "", roomName(room)),
      create("span", "", figureValue(clients)),
      create("bdi", "server", `→ ${sanitise(to)}`),
    );
    list.append(line);
  }
  if (moves.length > MAX_MOVES)
    list.append(create("li", "", `and ${figureValue(moves.length - MAX_MOVES)} more`));
  return list;
}
