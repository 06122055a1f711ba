import type { FleetOrder, Introduction, ServerReport } from "../protocol/fleet.ts";
import type { LoadSample, RoomLoad, ServerPhase, ServerState } from "./policy/fleet-state.ts";
import { isSilent } from "./policy/silence.ts";

/** An order has reached its server, and shows in its reports, after this long at most. */
const ORDER_MS = 3000;

/** The policy looks back at most this far. */
const KEPT_SAMPLES = 60;

/** One server, from its introduction to its end. */
export class KnownServer implements ServerState {
  readonly id: string;
  readonly url: string;
  readonly adminAddress: string;
  readonly kind: "child" | "remote";
  readonly startedAt: number;
  readonly rooms = new Map<string, RoomLoad>();
  readonly samples: LoadSample[] = [];
  memoryBytes = 0;
  problem: string | null = null;
  /** When it last told of itself, by this process's clock; at first, when it introduced itself. */
  heardAt = Number.POSITIVE_INFINITY;
  /** When it is to send its last clients away, milliseconds since the epoch; `null` while it stays. */
  emptiesAt: number | null = null;
  private isDraining = false;
  /** When it was last told to retire, or to stay. */
  private toldAt = Number.NEGATIVE_INFINITY;

  constructor(
    introduction: Introduction,
    private readonly send: (order: FleetOrder) => void,
  ) {
    this.id = introduction.id;
    this.url = introduction.url;
    this.adminAddress = introduction.adminAddress;
    this.kind = introduction.kind;
    this.startedAt = introduction.startedAt;
  }

  get phase(): ServerPhase {
    if (this.isDraining) return "draining";
    if (this.emptiesAt !== null) return "retiring";
    return this.problem === null ? "ready" : "unready";
  }

  get connections(): number {
    return this.samples.at(-1)?.connections ?? 0;
  }

  /** Whatever it reports, it gets no more clients and ends. */
  drain(): void {
    this.isDraining = true;
  }

  /** It gets nobody until it empties; `null` takes that back. Its next reports tell every balancer of it. */
  retire(emptiesAt: number | null, now: number): void {
    this.emptiesAt = emptiesAt;
    this.toldAt = now;
    this.send({ type: "retire", emptiesAt });
  }

  /** What it reports of its retirement; a report from before the order still says what was. */
  hearOfRetirement(emptiesAt: number | null, at: number): void {
    if (emptiesAt === this.emptiesAt || at > this.toldAt + ORDER_MS) this.emptiesAt = emptiesAt;
  }

  order(order: FleetOrder): void {
    this.send(order);
  }
}

/** The servers of the fleet, and on which of them each room lives. */
export class Registry {
  private readonly servers = new Map<string, KnownServer>();
  /** By room; kept up to date, because a fleet has too many rooms to go through for each client. */
  readonly rooms = new Map<string, KnownServer[]>();

  get all(): readonly KnownServer[] {
    return [...this.servers.values()];
  }

  find(id: string): KnownServer | undefined {
    return this.servers.get(id);
  }

  /** `send` carries an order to the server. */
  add(introduction: Introduction, send: (order: FleetOrder) => void): KnownServer {
    const server = new KnownServer(introduction, send);
    this.servers.set(server.id, server);
    return server;
  }

  remove(id: string): void {
    const server = this.servers.get(id);
    if (server === undefined) return;
    this.servers.delete(id);
    for (const room of server.rooms.keys()) this.leave(room, server);
  }

  /** Takes in what a server tells of itself, heard at `now`; answers whether that changed its phase. */
  report(server: KnownServer, report: ServerReport, now = report.at): boolean {
    const before = server.phase;
    server.heardAt = now;
    const { writesPerSecond, lagMs, connections } = report;
    // By this process's clock: that of another host may be seconds off.
    server.samples.push({ at: now, writesPerSecond, lagMs, connections });
    if (server.samples.length > KEPT_SAMPLES) server.samples.shift();
    server.memoryBytes = report.memoryBytes;
    server.problem = report.problem;
    server.hearOfRetirement(report.emptiesAt, now);
    if (report.isWhole) this.forgetRooms(server, new Set(report.rooms.map(({ room }) => room)));
    for (const { room, members, movable, writes } of report.rooms) {
      if (members === 0) {
        server.rooms.delete(room);
        this.leave(room, server);
        continue;
      }
      if (!server.rooms.has(room)) this.rooms.set(room, [...(this.rooms.get(room) ?? []), server]);
      server.rooms.set(room, { members, movable, writesPerSecond: writes });
    }
    return server.phase !== before;
  }

  /** Whoever has told nothing for a while gets nobody until it does; answers whether there are any new ones. */
  suspectSilent(now: number): boolean {
    let changed = false;
    for (const server of this.servers.values()) {
      if (!isSilent(server.heardAt, now) || server.problem !== null) continue;
      server.problem = "it tells nothing of itself";
      changed = true;
    }
    return changed;
  }

  private forgetRooms(server: KnownServer, except: ReadonlySet<string>): void {
    for (const room of [...server.rooms.keys()].filter((name) => !except.has(name))) {
      server.rooms.delete(room);
      this.leave(room, server);
    }
  }

  private leave(room: string, server: KnownServer): void {
    const left = (this.rooms.get(room) ?? []).filter((other) => other !== server);
    if (left.length > 0) this.rooms.set(room, left);
    else this.rooms.delete(room);
  }
}
