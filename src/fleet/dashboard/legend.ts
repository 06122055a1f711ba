import { formatCounted } from "../../lib/format.ts";
import { sanitise } from "../../lib/sanitise.ts";
import type { Cast } from "./cast.ts";
import { arrange, byId, create, setText } from "./dom.ts";
import type { Focus } from "./focus.ts";

/** Which colour is which server, for all charts at once. A server's button pins its lines. */
export class Legend {
  private readonly place = byId("legend", HTMLElement);
  private readonly entries = new Map<string, HTMLButtonElement>();
  private readonly mean = mark("mean", "Mean");
  private readonly max = mark("max", "Max");
  private readonly others = mark("crowd", "");
  private servers = 0;

  constructor(
    private readonly cast: Cast,
    private readonly focus: Focus,
  ) {
    focus.onChange(() => this.show(this.servers));
  }

  show(servers: number): void {
    this.servers = servers;
    const drawn = this.cast.bySlot.filter((id) => id !== null);
    const { pin } = this.focus;
    const crowd = servers - drawn.length;
    // One of the crowd that was pinned in the table is let go here.
    if (pin !== null && !drawn.includes(pin)) drawn.push(pin);
    for (const [id, entry] of this.entries) {
      if (drawn.includes(id)) continue;
      this.entries.delete(id);
      // An element that goes away is never left by the pointer.
      if (entry.matches(":hover")) this.focus.hover(null);
    }
    const wanted: HTMLElement[] = drawn.map((id) => this.entryOf(id).parentElement!);
    if (this.cast.isCrowd) {
      setText(this.others, formatCounted(crowd, "other server"));
      wanted.push(this.mean, this.max, this.others);
    }
    arrange(this.place, wanted);
    this.press();
  }

  private entryOf(id: string): HTMLButtonElement {
    let entry = this.entries.get(id);
    if (entry === undefined) {
      entry = create("button", "key", sanitise(id));
      entry.type = "button";
      entry.addEventListener("click", () => this.focus.togglePin(id));
      entry.addEventListener("pointerenter", () => this.focus.hover(id));
      entry.addEventListener("pointerleave", () => this.focus.hover(null));
      create("li").append(entry);
      this.entries.set(id, entry);
    }
    const slot = String(this.cast.slotOf(id) ?? "pinned");
    if (entry.dataset.colour !== slot) entry.dataset.colour = slot;
    return entry;
  }

  private press(): void {
    for (const [id, entry] of this.entries) {
      const isPinned = String(this.focus.pin === id);
      if (entry.ariaPressed !== isPinned) entry.ariaPressed = isPinned;
    }
  }
}

function mark(kind: string, text: string): HTMLElement {
  const element = create("li", "key", text);
  element.dataset.kind = kind;
  return element;
}
