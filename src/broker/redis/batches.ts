import type { Publication, Published } from "../broker.ts";
import { sizeOf, WaitingLimit } from "../waiting-limit.ts";

/** Stores all of them, in order, or rejects. */
type Store = (room: string, publications: readonly Publication[]) => Promise<readonly Published[]>;

interface Waiting {
  publication: Publication;
  bytes: number;
  resolve: (published: Published) => void;
  reject: (error: unknown) => void;
}

/** While a script runs nothing else does, in no room: what came during a stall is stored in several steps. */
const MAX_BATCH = 500;
const MAX_BATCH_BYTES = 1024 * 1024;

/**
 * Gathers what is published in a room into batches: what comes in one turn of the event loop, and whatever comes while
 * a batch is on its way. A room has one on its way at a time, and should it fail, what waits behind it fails as well:
 * stored alone it would overtake what its sender has to send again.
 */
export class Batches {
  private readonly waiting = new Map<string, Waiting[]>();
  /** By room, until nothing waits there any more. */
  private readonly storing = new Map<string, Promise<void>>();
  private isScheduled = false;

  /** `limit` is of everything that is not stored yet, in all rooms. */
  constructor(
    private readonly store: Store,
    private readonly limit = new WaitingLimit(),
  ) {}

  /** Rejects at once when too much waits. */
  async publish(room: string, publication: Publication): Promise<Published> {
    const bytes = sizeOf(publication);
    this.limit.add(bytes);
    try {
      return await new Promise((resolve, reject) => this.add(room, { publication, bytes, resolve, reject }));
    } finally {
      this.limit.remove(bytes);
    }
  }

  /** Resolves when everything that was published is stored or has failed. */
  async settled(): Promise<void> {
    this.flush();
    await Promise.all(this.storing.values());
  }

  private add(room: string, waiting: Waiting): void {
    const batch = this.waiting.get(room);
    if (batch === undefined) this.waiting.set(room, [waiting]);
    else batch.push(waiting);
    if (this.isScheduled || this.storing.has(room)) return;
    this.isScheduled = true;
    setImmediate(() => this.flush());
  }

  private flush(): void {
    this.isScheduled = false;
    for (const room of this.waiting.keys()) {
      if (!this.storing.has(room)) this.storing.set(room, this.storeAll(room));
    }
  }

  private async storeAll(room: string): Promise<void> {
    for (let batch = this.take(room); batch.length > 0; batch = this.take(room)) {
      try {
        const published = await this.store(
          room,
          batch.map(({ publication }) => publication),
        );
        for (const [index, { resolve }] of batch.entries()) resolve(published[index]!);
      } catch (error) {
        for (const { reject } of [...batch, ...this.takeAll(room)]) reject(error);
      }
    }
    this.storing.delete(room);
  }

  /** The oldest that wait in the room, as many as may go together; one of any size. */
  private take(room: string): Waiting[] {
    const waiting = this.waiting.get(room) ?? [];
    let count = 0;
    for (let bytes = 0; count < Math.min(waiting.length, MAX_BATCH); count++) {
      bytes += waiting[count]!.bytes;
      if (count > 0 && bytes > MAX_BATCH_BYTES) break;
    }
    return count === waiting.length ? this.takeAll(room) : waiting.splice(0, count);
  }

  private takeAll(room: string): Waiting[] {
    const waiting = this.waiting.get(room) ?? [];
    this.waiting.delete(room);
    return waiting;
  }
}
