import type { ServerStatus } from "../status.ts";

/** As many lines have a colour of their own; with more servers than that, colours tell nobody anything. */
export const COLOURS = 12;
/** So many of a crowd stand out. */
export const BUSIEST = 6;
/** Who stands out already keeps its place against one that is busier by less than that. */
const LOYALTY = 1.25;

type Seen = Pick<ServerStatus, "id" | "started_at" | "writes_per_s">;

/**
 * The ids that are drawn in colour: all of a small fleet, the busiest of a large one. `before` are those that
 * were, which keeps two that are about equal from changing places each second.
 */
export function pickDrawn(servers: readonly Seen[], before: ReadonlySet<string>): string[] {
  const byBirth = (a: Seen, b: Seen) => a.started_at - b.started_at || (a.id < b.id ? -1 : 1);
  if (servers.length <= COLOURS) return [...servers].sort(byBirth).map(({ id }) => id);
  const weight = (server: Seen) => server.writes_per_s * (before.has(server.id) ? LOYALTY : 1);
  return [...servers]
    .sort((a, b) => weight(b) - weight(a) || byBirth(a, b))
    .slice(0, BUSIEST)
    .map(({ id }) => id);
}

/** Which server has which colour. A server keeps its own as long as it is drawn, and gets it back if it is free. */
export class Cast {
  private readonly slots: Array<string | null> = Array.from({ length: COLOURS }, () => null);
  private readonly lastSlot = new Map<string, number>();
  /** Whether there are more servers than colours. */
  isCrowd = false;

  /** By colour: the server that has it. */
  get bySlot(): ReadonlyArray<string | null> {
    return this.slots;
  }

  slotOf(id: string): number | null {
    const slot = this.slots.indexOf(id);
    return slot < 0 ? null : slot;
  }

  choose(servers: readonly Seen[]): void {
    const drawn = pickDrawn(servers, new Set(this.slots.filter((id) => id !== null)));
    this.isCrowd = servers.length > COLOURS;
    this.slots.forEach((id, slot) => {
      if (id !== null && !drawn.includes(id)) this.slots[slot] = null;
    });
    const present = new Set(servers.map(({ id }) => id));
    for (const id of this.lastSlot.keys()) if (!present.has(id)) this.lastSlot.delete(id);
    for (const id of drawn) {
      if (this.slots.includes(id)) continue;
      const own = this.lastSlot.get(id);
      const slot = own !== undefined && this.slots[own] === null ? own : this.slots.indexOf(null);
      this.slots[slot] = id;
      this.lastSlot.set(id, slot);
    }
  }
}
