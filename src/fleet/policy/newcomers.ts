import type { FleetLoad } from "./fleet-load.ts";

/** Newcomers of a room that go to the same place before anything is known of it: it may be more than one server is for. */
const MOST_TOGETHER = 100;

/** By room: where its newest clients were sent, and how many. */
type Places = Map<string, { server: string; clients: number }>;

/**
 * Remembers where the first clients of a room were sent within this second and the one before: no report tells of them
 * yet, and whoever comes next belongs there.
 */
export class Newcomers {
  private current: Places = new Map();
  private before: Places = new Map();

  /** So many clients of the room were sent to the server. */
  add(room: string, server: string, clients: number): void {
    const place = this.current.get(room);
    if (place?.server === server) place.clients += clients;
    else this.current.set(room, { server, clients });
  }

  /** The server where the room's next client meets the first ones; `undefined` where its members are known, or it has to spread. */
  meetingPlace(room: string, { rooms, byId }: FleetLoad): string | undefined {
    if (rooms.get(room) !== undefined) return undefined;
    for (const places of [this.current, this.before]) {
      const place = places.get(room);
      if (place === undefined || place.clients >= MOST_TOGETHER) continue;
      if (byId.get(place.server)?.lagging === false) return place.server;
    }
    return undefined;
  }

  /** A new second of samples is there: to be called with every round of them. */
  turn(): void {
    this.before = this.current;
    this.current = new Map();
  }
}
