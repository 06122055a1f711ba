import { formatCounted } from "../../lib/format.ts";
import type { FleetStatus } from "../status.ts";
import type { Cast } from "./cast.ts";
import { arrange, byId, setText } from "./dom.ts";
import type { Focus } from "./focus.ts";
import { ServerRow } from "./server-row.ts";
import { SORT_KEYS, type Sorting, type SortKey, sortBy, sortServers } from "./sorting.ts";

/** Rows find their new places this often. */
const ORDER_MS = 5000;

/** The table of servers: cells change in place, rows only move while nobody is at them. */
export class ServersTable {
  private readonly table = byId("servers", HTMLTableElement);
  private readonly body = this.table.tBodies[0]!;
  private readonly empty = byId("no-servers", HTMLElement);
  private readonly rows = new Map<string, ServerRow>();
  private sorting: Sorting = { key: "writes_per_s", descending: true };
  private last: FleetStatus | null = null;
  private orderedAt = 0;
  private pin: string | null = null;
  /** The rows in sight, and near it: only they are kept up to date, which is what 200 rows cost most. */
  private readonly inSight = new Set<Element>();
  private readonly sight = new IntersectionObserver((changes) => this.sightChanged(changes), {
    root: byId("servers-scroll", HTMLElement),
    rootMargin: "100px",
  });

  constructor(
    private readonly focus: Focus,
    private readonly cast: Cast,
    private readonly onDrain: (id: string) => void,
  ) {
    for (const key of SORT_KEYS) {
      this.header(key).addEventListener("click", () => {
        this.sorting = sortBy(key, this.sorting);
        this.mark();
        this.order();
      });
    }
    this.mark();
    focus.onChange(() => this.pinned());
  }

  show(status: FleetStatus): void {
    const known = this.rows.size;
    this.last = status;
    const present = new Set(status.servers.map(({ id }) => id));
    let left = 0;
    for (const [id, row] of this.rows) {
      if (present.has(id)) continue;
      this.sight.unobserve(row.element);
      this.inSight.delete(row.element);
      row.element.remove();
      this.rows.delete(id);
      left++;
    }
    this.fill(status);
    this.empty.hidden = status.servers.length > 0;
    setText(byId("servers-count", HTMLElement), formatCounted(status.servers.length, "server"));
    const isNew = this.rows.size !== known - left;
    // Rows that swap places each second cannot be read, and one must not slip away under the pointer that is about
    // to press its button.
    const isDue = Math.abs(status.at - this.orderedAt) >= ORDER_MS && !this.isInUse();
    if (isNew || isDue) this.order();
  }

  private pinned(): void {
    if (this.last === null || this.pin === this.focus.pin) return;
    this.pin = this.focus.pin;
    this.fill(this.last);
  }

  private sightChanged(changes: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting) this.inSight.add(target);
      else this.inSight.delete(target);
    }
    if (this.last !== null) this.fill(this.last);
  }

  private fill({ servers, at, options }: FleetStatus): void {
    for (const server of servers) {
      let row = this.rows.get(server.id);
      const isNew = row === undefined;
      if (row === undefined) {
        row = new ServerRow(server.id, this.focus, this.onDrain);
        this.rows.set(server.id, row);
        this.sight.observe(row.element);
      }
      if (isNew || this.inSight.has(row.element)) {
        row.show(server, at, options.spawn_at, this.cast.slotOf(server.id));
      }
    }
  }

  private order(): void {
    if (this.last === null) return;
    this.orderedAt = this.last.at;
    const sorted = sortServers(this.last.servers, this.sorting);
    arrange(
      this.body,
      sorted.map(({ id }) => this.rows.get(id)!.element),
    );
  }

  private isInUse(): boolean {
    return this.body.matches(":hover") || this.body.contains(document.activeElement);
  }

  private mark(): void {
    for (const key of SORT_KEYS) {
      const { parentElement: cell } = this.header(key);
      if (key !== this.sorting.key) cell!.removeAttribute("aria-sort");
      else cell!.setAttribute("aria-sort", this.sorting.descending ? "descending" : "ascending");
    }
  }

  private header(key: SortKey): HTMLButtonElement {
    return byId(`sort-${key}`, HTMLButtonElement);
  }
}
