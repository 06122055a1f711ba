import { formatCount } from "../../lib/format.ts";
import { sanitise } from "../../lib/sanitise.ts";
import { roomName } from "../shown.ts";
import type { FleetStatus, RoomStatus } from "../status.ts";
import { byId, create, label, setText } from "./dom.ts";
import { formatRate } from "./figures.ts";

interface Row {
  element: HTMLTableRowElement;
  name: HTMLElement;
  members: HTMLElement;
  writes: HTMLElement;
  servers: HTMLElement;
}

/** So many of a room's servers are named; the rest is counted. */
const NAMED = 3;

/** The busiest rooms. A row is a rank: what is in it changes, the row stays. */
export class RoomsTable {
  private readonly body = byId("rooms", HTMLTableElement).tBodies[0]!;
  private readonly empty = byId("no-rooms", HTMLElement);
  private readonly rows: Row[] = [];

  show({ busiest_rooms: rooms, rooms: all }: FleetStatus): void {
    while (this.rows.length < rooms.length) this.rows.push(this.newRow());
    while (this.rows.length > rooms.length) this.rows.pop()!.element.remove();
    rooms.forEach((room, rank) => {
      fill(this.rows[rank]!, room);
    });
    this.empty.hidden = rooms.length > 0;
    const shown =
      rooms.length < all ? `${formatCount(rooms.length)} of ${formatCount(all)}` : formatCount(all);
    setText(byId("rooms-count", HTMLElement), shown);
  }

  private newRow(): Row {
    const element = create("tr");
    const head = create("th", "name");
    head.scope = "row";
    const name = create("bdi");
    head.append(name);
    const [members, writes] = [create("td", "number"), create("td", "number")];
    const servers = create("td", "places");
    label(members, "members");
    label(writes, "writes/s");
    element.append(head, members, writes, servers);
    this.body.append(element);
    return { element, name, members, writes, servers };
  }
}

function fill(row: Row, { room, members, writes_per_s, servers }: RoomStatus): void {
  setText(row.name, roomName(room));
  row.name.title = roomName(room);
  setText(row.members, formatCount(members));
  setText(row.writes, formatRate(writes_per_s));
  const more = servers.length - NAMED;
  const named = servers.slice(0, NAMED).map(sanitise).join(", ");
  setText(row.servers, more > 0 ? `${named} and ${formatCount(more)} more` : named);
}
