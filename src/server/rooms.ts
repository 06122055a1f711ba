import type { Broker } from "../broker/broker.ts";
import type { BatchWindow } from "./batch-window.ts";
import type { Instruments } from "./instruments.ts";
import { Room } from "./room.ts";
import type { FanOut } from "./socket.ts";

interface Entry {
  room: Room;
  /** Resolves when the room hears its log. Rejects when that cannot be reached: then nobody can sit down in it. */
  ready: Promise<void>;
  /** Sessions that entered and have not left, joined or not. */
  holders: number;
}

/** The rooms that someone on this server is in. A room lives from the first who enters to the last who leaves. */
export class Rooms {
  private readonly entries = new Map<string, Entry>();
  private created = 0;

  constructor(
    private readonly broker: Broker,
    private readonly fanOut: FanOut,
    private readonly window: BatchWindow,
    private readonly instruments: Instruments,
  ) {}

  get count(): number {
    return this.entries.size;
  }

  /** The room, if anyone is in it. */
  find(name: string): Room | undefined {
    return this.entries.get(name)?.room;
  }

  /** How many are in the room or on their way into it. */
  occupancy(name: string): number {
    return this.entries.get(name)?.holders ?? 0;
  }

  *[Symbol.iterator](): Iterator<Room> {
    for (const { room } of this.entries.values()) yield room;
  }

  /** The room, which whoever got it must `leave` once, also one that never becomes ready. */
  enter(name: string): Readonly<Entry> {
    const entry = this.entries.get(name) ?? this.open(name);
    entry.holders++;
    return entry;
  }

  /** Sends what waits in any of them. */
  flush(): void {
    for (const room of this) room.flush();
  }

  leave(room: Room): void {
    const entry = this.entries.get(room.name);
    if (entry?.room !== room || --entry.holders > 0) return;
    this.entries.delete(room.name);
    room.end();
  }

  private open(name: string): Entry {
    const room = new Room(name, (++this.created).toString(36), this.fanOut, this.window, this.instruments);
    const entry = { room, ready: room.subscribe(this.broker), holders: 0 };
    this.entries.set(name, entry);
    // Whoever comes next tries again.
    entry.ready.catch(() => {
      if (this.entries.get(name) === entry) this.entries.delete(name);
    });
    return entry;
  }
}
