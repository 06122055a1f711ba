import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/log.ts";
import { partitionOf } from "./keys.ts";
import { CorruptEntry } from "./payload.ts";

/** A room that cannot be read is read again and again, by everyone who joins too: one line says it for so long. */
const QUIET_MS = 60_000;

/** Counts reads that what is none of ours has made fail, and tells of them now and then: neither rooms nor what they hold. */
export class Corruption {
  reads = 0;
  /** By partition, when it was told of last. */
  private readonly toldAt = new Map<number, number>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /** A read of the room has failed of `error`, whatever that is. */
  failed(room: string, error: unknown): void {
    if (!(error instanceof CorruptEntry)) return;
    this.reads++;
    const partition = partitionOf(room);
    const now = this.clock.now();
    if (now - (this.toldAt.get(partition) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    this.toldAt.set(partition, now);
    this.log.warn("corrupt_entry", { partition, offset: error.offset, error: error.message });
  }
}
