import type { RoomIndex } from "../../src/fleet/policy/fleet-load.ts";
import type { LoadSample, RoomLoad, ServerPhase, ServerState } from "../../src/fleet/policy/fleet-state.ts";
import type { Random } from "../../src/lib/random.ts";
import { gauss } from "./chance.ts";
import { SECOND_SIGMA } from "./population.ts";

/** A server gives late answers over this many times `spawnAt`: 200,000 of the 300,000 that one was measured at. */
export const CAPACITY = 1.5;
/** The policy looks back 5 s. */
export const SAMPLES = 6;

/** A room's members on one server. */
export interface Cell extends RoomLoad {
  readonly room: SimRoom;
  readonly server: SimServer;
}

export class SimRoom {
  readonly cells: Cell[] = [];
  /** In the order of `cells`. */
  readonly servers: SimServer[] = [];
  members = 0;
  /** Messages a second. */
  rate = 0;
  talk = 0;
  mood = 0;

  constructor(
    readonly name: string,
    /** Members at the day's peak. */
    public size: number,
  ) {}
}

export class SimServer implements ServerState {
  readonly url: string;
  readonly kind = "child";
  phase: ServerPhase = "ready";
  readonly isSilent = false;
  samples: LoadSample[] = [];
  readonly rooms = new Map<string, Cell>();
  writes = 0;
  connections = 0;

  constructor(
    readonly id: string,
    readonly startedAt: number,
  ) {
    this.url = `ws://${id}`;
  }

  /** The second that ended at `at`. The event loop is late as the server's capacity is used up. */
  measure(at: number, spawnAt: number, random: Random): void {
    const used = this.writes / (CAPACITY * spawnAt);
    const lagMs = used < 0.995 ? 0.5 / (1 - used) : 100;
    // The oldest sample's object is used again: a day has hundreds of millions of them.
    const sample = this.samples.length < SAMPLES ? ({} as LoadSample) : this.samples.shift()!;
    sample.at = at;
    sample.writesPerSecond = this.writes * (1 + SECOND_SIGMA * gauss(random));
    sample.lagMs = lagMs;
    sample.connections = this.connections;
    this.samples.push(sample);
  }
}

/** Who is where. Keeps every server's writes and connections true as clients come, go and talk. */
export class World implements RoomIndex {
  readonly servers: SimServer[] = [];
  private readonly byName = new Map<string, SimRoom>();
  private readonly byId = new Map<string, SimServer>();
  private started = 0;

  constructor(readonly rooms: readonly SimRoom[]) {
    for (const room of rooms) this.byName.set(room.name, room);
  }

  get(room: string): readonly SimServer[] | undefined {
    return this.byName.get(room)?.servers;
  }

  room(name: string): SimRoom {
    return this.byName.get(name)!;
  }

  server(id: string): SimServer | undefined {
    return this.byId.get(id);
  }

  start(at: number): SimServer {
    const server = new SimServer(`s${this.started++}`, at);
    this.servers.push(server);
    this.byId.set(server.id, server);
    return server;
  }

  /** The server is gone; whoever was there is returned, and is nowhere. */
  end(server: SimServer): Array<{ room: SimRoom; clients: number }> {
    const left = [...server.rooms.values()].map(({ room, members }) => ({ room, clients: members }));
    for (const { room, clients } of left) this.remove(server.rooms.get(room.name)!, clients);
    this.servers.splice(this.servers.indexOf(server), 1);
    this.byId.delete(server.id);
    return left;
  }

  add(room: SimRoom, server: SimServer, clients: number): void {
    let cell = server.rooms.get(room.name);
    if (cell === undefined) {
      cell = { room, server, members: 0, movable: 0, writesPerSecond: 0 };
      server.rooms.set(room.name, cell);
      room.cells.push(cell);
      room.servers.push(server);
    }
    this.change(cell, clients);
  }

  remove(cell: Cell, clients: number): void {
    this.change(cell, -clients);
    if (cell.members > 0) return;
    const { room, server } = cell;
    server.rooms.delete(room.name);
    const index = room.cells.indexOf(cell);
    room.cells[index] = room.cells.at(-1)!;
    room.servers[index] = room.servers.at(-1)!;
    room.cells.pop();
    room.servers.pop();
  }

  setRate(room: SimRoom, rate: number): void {
    room.rate = rate;
    for (const cell of room.cells) {
      const writes = cell.members * rate;
      cell.server.writes += writes - cell.writesPerSecond;
      cell.writesPerSecond = writes;
    }
  }

  private change(cell: Cell, clients: number): void {
    cell.members += clients;
    cell.movable = cell.members;
    const writes = cell.members * cell.room.rate;
    cell.server.writes += writes - cell.writesPerSecond;
    cell.writesPerSecond = writes;
    cell.server.connections += clients;
    cell.room.members += clients;
  }
}
