import type { Clock } from "../lib/clock.ts";
import type { LoopDelay } from "../lib/loop-delay.ts";
import { memoryInUse } from "../lib/memory.ts";
import type { LoadReport, RoomReport } from "../protocol/fleet.ts";
import type { Counters } from "./counters.ts";
import type { Room } from "./room.ts";
import type { Rooms } from "./rooms.ts";

/** A room is among the busiest with this share of the server's writes: a thousand rooms at most. */
const BUSY_SHARE = 0.001;

interface Parts {
  clock: Clock;
  counters: Counters;
  rooms: Rooms;
  loopDelay: LoopDelay;
  /** Why no clients are taken, or `null`. */
  problem: () => string | null;
}

/** Measures a server between one report and the next. */
export class LoadReporter {
  private last: { at: number; writes: number };
  /** What was told of each room, and its writes by then. */
  private told = new Map<Room, { report: RoomReport; writes: number }>();

  constructor(private readonly parts: Parts) {
    this.last = { at: parts.clock.now(), writes: parts.counters.socketWrites };
  }

  /** `isWhole`: tell of every room, not only of those that changed. */
  take(isWhole: boolean): LoadReport {
    const { clock, counters, loopDelay, problem } = this.parts;
    const now = clock.now();
    const seconds = Math.max(0.001, (now - this.last.at) / 1000);
    const writes = counters.socketWrites - this.last.writes;
    this.last = { at: now, writes: counters.socketWrites };
    return {
      writesPerSecond: writes / seconds,
      lagMs: loopDelay.takeMean(),
      connections: counters.connections,
      memoryBytes: memoryInUse().resident,
      problem: problem(),
      isWhole,
      rooms: this.takeRooms(isWhole, writes * BUSY_SHARE, seconds),
    };
  }

  private takeRooms(isWhole: boolean, busy: number, seconds: number): RoomReport[] {
    const { told } = this;
    const changed: RoomReport[] = [];
    this.told = new Map();
    for (const room of this.parts.rooms) {
      const before = told.get(room);
      told.delete(room);
      const writes = room.writes - (before?.writes ?? 0);
      const report: RoomReport = {
        room: room.name,
        members: room.size,
        movable: room.movable,
        writes: writes > busy ? Math.round(writes / seconds) : 0,
      };
      this.told.set(room, { report, writes: room.writes });
      if (isWhole || before === undefined || differ(before.report, report)) changed.push(report);
    }
    // A room that ended and began again is another one of the same name, and has been told of above.
    const names = told.size > 0 ? new Set(changed.map(({ room }) => room)) : null;
    for (const { name } of told.keys()) {
      if (!names!.has(name)) changed.push({ room: name, members: 0, movable: 0, writes: 0 });
    }
    return changed;
  }
}

function differ(a: RoomReport, b: RoomReport): boolean {
  return a.members !== b.members || a.movable !== b.movable || a.writes !== b.writes;
}
