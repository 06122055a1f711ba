import type { Clock } from "../lib/clock.ts";
import type { Random } from "../lib/random.ts";
import type { RoomMove } from "../protocol/fleet.ts";
import type { KnownServer } from "./known-server.ts";
import { Arrivals } from "./policy/arrivals.ts";
import { type FleetLoad, measureFleet, newcomerWrites } from "./policy/fleet-load.ts";
import { Newcomers } from "./policy/newcomers.ts";
import type { PolicyOptions } from "./policy/options.ts";
import { provision } from "./policy/provision.ts";
import type { Registry } from "./registry.ts";

/** Where the clients of a server go on: those of rooms by their rooms, everyone else at `other`. */
export interface Places {
  moves: RoomMove[];
  other: string | null;
}

/** Clients of a room that are placed together when their server ends. */
const GROUP = 20;

/** Says where clients go, and remembers where it has sent them until the servers' figures show it. */
export class Provisioner {
  /** Clients sent somewhere since the start. */
  provisions = 0;
  private readonly arrivals = new Arrivals();
  private readonly newcomers = new Newcomers();
  private load: FleetLoad;

  constructor(
    private readonly registry: Registry,
    private readonly options: PolicyOptions,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.load = this.measure();
  }

  /** New figures of the servers are there: to be called once a second. */
  turn(): void {
    this.arrivals.turn();
    this.newcomers.turn();
    this.refresh();
  }

  /** The servers have changed: one came, went, or takes no more clients. */
  refresh(): void {
    this.load = this.measure();
  }

  /** The server for the next client of a room (`null`: for whoever comes); `null` when none takes clients. */
  choose(room: string | null): KnownServer | null {
    const server = this.place(room, 1);
    if (server !== null) this.provisions++;
    return server;
  }

  /** Where the clients of a server's rooms go when it ends, and those whose room is not known. */
  targets(leaving: KnownServer): Places {
    const moves: RoomMove[] = [];
    for (const [room, { members }] of leaving.rooms) {
      // In groups, so that a room which is too much for one server does not go to one.
      for (let left = members; left > 0; left -= GROUP) {
        const server = this.place(room, Math.min(left, GROUP));
        if (server !== null) moves.push({ room, clients: Math.min(left, GROUP), url: server.url });
      }
    }
    return { moves, other: this.place(null, 0)?.url ?? null };
  }

  private place(room: string | null, clients: number): KnownServer | null {
    const meeting = room === null ? undefined : this.newcomers.meetingPlace(room, this.load);
    const id = meeting ?? provision(room, this.load, this.arrivals, this.random)?.id;
    const server = id === undefined ? undefined : this.registry.find(id);
    if (server === undefined) return null;
    this.arrivals.add(server.id, newcomerWrites(this.load, room), clients);
    if (room !== null) this.newcomers.add(room, server.id, clients);
    return server;
  }

  private measure(): FleetLoad {
    const { registry, options, clock } = this;
    return measureFleet(registry.all, options, clock.now(), registry.rooms);
  }
}
