import type { Publication, Published } from "../broker.ts";

/** Stores all of them, in order, or rejects. */
type Store = (room: string, publications: readonly Publication[]) => Promise<readonly Published[]>;

interface Waiting {
  publication: Publication;
  resolve: (published: Published) => void;
  reject: (error: unknown) => void;
}

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

  constructor(private readonly store: Store) {}

  publish(room: string, publication: Publication): Promise<Published> {
    return new Promise((resolve, reject) => {
      const batch = this.waiting.get(room);
      const waiting: Waiting = { publication, resolve, reject };
      if (batch === undefined) this.waiting.set(room, [waiting]);
      else batch.push(waiting);
      if (this.isScheduled || this.storing.has(room)) return;
      this.isScheduled = true;
      setImmediate(() => this.flush());
    });
  }

  /** Resolves when everything that was published is stored or has failed. */
  async settled(): Promise<void> {
    this.flush();
    await Promise.all(this.storing.values());
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
        for (const { reject } of [...batch, ...this.take(room)]) reject(error);
      }
    }
    this.storing.delete(room);
  }

  private take(room: string): Waiting[] {
    const batch = this.waiting.get(room) ?? [];
    this.waiting.delete(room);
    return batch;
  }
}
