import type { FleetOrder, Introduction, ServerReport } from "../protocol/fleet.ts";
import type { LoadSample, RoomLoad, ServerPhase, ServerState } from "./policy/fleet-state.ts";
import { isSilent } from "./policy/silence.ts";

/** An order has reached its server, and shows in its reports, after this long at most. */
const ORDER_MS = 3000;

/** The policy looks back at most this far. */
const KEPT_SAMPLES = 60;

/** Rooms that have their first member on a server, and those that have none there any more, in this order. */
export interface RoomChanges {
  entered: Iterable<string>;
  left: Iterable<string>;
}

/** One server, from its introduction to its end, as it tells of itself. */
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
  isSilent = false;
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

  /** Takes in what it tells of itself, heard at `now` by this process's clock: that of another host may be seconds off. */
  hear(report: ServerReport, now: number): RoomChanges {
    const { writesPerSecond, lagMs, connections } = report;
    this.heardAt = now;
    this.isSilent = false;
    this.samples.push({ at: now, writesPerSecond, lagMs, connections });
    if (this.samples.length > KEPT_SAMPLES) this.samples.shift();
    this.memoryBytes = report.memoryBytes;
    this.problem = report.problem;
    // A report from before the order still says what was.
    if (now > this.toldAt + ORDER_MS) this.emptiesAt = report.emptiesAt;
    return this.hearOfRooms(report);
  }

  /** If it has told nothing for a while, it gets nobody until it does; answers whether that is new. */
  suspectSilence(now: number): boolean {
    if (!isSilent(this.heardAt, now) || this.problem !== null) return false;
    this.problem = "it tells nothing of itself";
    this.isSilent = true;
    return true;
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

  order(order: FleetOrder): void {
    this.send(order);
  }

  private hearOfRooms({ isWhole, rooms }: ServerReport): RoomChanges {
    const entered: string[] = [];
    const left = new Set(isWhole ? this.rooms.keys() : []);
    for (const { room, members, movable, writes } of rooms) {
      if (members === 0) {
        left.add(room);
        continue;
      }
      left.delete(room);
      if (!this.rooms.has(room)) entered.push(room);
      this.rooms.set(room, { members, movable, writesPerSecond: writes });
    }
    for (const room of left) this.rooms.delete(room);
    return { entered, left };
  }
}
