/** A message's place in the table. */
export type Slot = number;

/** All messages on their way from one process to another, one column per figure. */
export interface MessageColumns {
  senders: Uint32Array;
  ids: Float64Array;
  sentUs: Float64Array;
  scheduledUs: Float64Array;
  deliveries: Uint32Array;
}

const FIRST_CAPACITY = 1024;

/**
 * All messages of a run: 32 bytes each, and 8 to find it by its sender and its id, which are numbers here. Which of
 * its two kinds of rows was read first does not matter.
 */
export class MessageTable {
  length = 0;
  private columns = allocate(FIRST_CAPACITY);
  /** Open addressing: a slot plus one, or 0 where there is none. Twice as long as the columns. */
  private index = new Uint32Array(2 * FIRST_CAPACITY);

  slot(sender: number, id: number): Slot {
    const { index } = this;
    const { senders, ids } = this.columns;
    const mask = index.length - 1;
    for (let at = hash(sender, id) & mask; ; at = (at + 1) & mask) {
      const slot = index[at]! - 1;
      if (slot < 0) return this.insert(sender, id, at);
      if (ids[slot] === id && senders[slot] === sender) return slot;
    }
  }

  /**
   * When it was sent, microseconds since the epoch: NaN as long as that is not known, and negative when the message
   * is left out.
   */
  sentAt(slot: Slot): number {
    return this.columns.sentUs[slot]!;
  }

  /** Microseconds since the epoch, or NaN without a plan. */
  scheduledAt(slot: Slot): number {
    return this.columns.scheduledUs[slot]!;
  }

  setSent(slot: Slot, sentUs: number, scheduledUs: number): void {
    this.columns.sentUs[slot] = sentUs;
    this.columns.scheduledUs[slot] = scheduledUs;
  }

  /** Leaves out a message that counted, or the other way round; the time is kept. */
  turn(slot: Slot): void {
    this.columns.sentUs[slot] = -1 - this.columns.sentUs[slot]!;
  }

  delivered(slot: Slot, times = 1): void {
    this.columns.deliveries[slot]! += times;
  }

  /** Calls back for each message that counts. */
  forEachCounted(visit: (sender: number, deliveries: number, sentUs: number) => void): void {
    const { senders, sentUs, deliveries } = this.columns;
    for (let slot = 0; slot < this.length; slot++) {
      if (sentUs[slot]! >= 0) visit(senders[slot]!, deliveries[slot]!, sentUs[slot]!);
    }
  }

  /** A copy, in the order of the slots. */
  state(): MessageColumns {
    const { senders, ids, sentUs, scheduledUs, deliveries } = this.columns;
    return {
      senders: senders.slice(0, this.length),
      ids: ids.slice(0, this.length),
      sentUs: sentUs.slice(0, this.length),
      scheduledUs: scheduledUs.slice(0, this.length),
      deliveries: deliveries.slice(0, this.length),
    };
  }

  private insert(sender: number, id: number, at: number): Slot {
    if (this.length === this.columns.ids.length) {
      this.grow();
      return this.slot(sender, id);
    }
    const slot = this.length++;
    this.index[at] = slot + 1;
    this.columns.senders[slot] = sender;
    this.columns.ids[slot] = id;
    this.columns.sentUs[slot] = Number.NaN;
    this.columns.scheduledUs[slot] = Number.NaN;
    return slot;
  }

  private grow(): void {
    const { senders, ids, sentUs, scheduledUs, deliveries } = this.columns;
    const larger = allocate(2 * this.length);
    larger.senders.set(senders);
    larger.ids.set(ids);
    larger.sentUs.set(sentUs);
    larger.scheduledUs.set(scheduledUs);
    larger.deliveries.set(deliveries);
    this.columns = larger;
    const index = new Uint32Array(4 * this.length);
    const mask = index.length - 1;
    for (let slot = 0; slot < this.length; slot++) {
      let at = hash(senders[slot]!, ids[slot]!) & mask;
      while (index[at] !== 0) at = (at + 1) & mask;
      index[at] = slot + 1;
    }
    this.index = index;
  }
}

function allocate(capacity: number): MessageColumns {
  return {
    senders: new Uint32Array(capacity),
    ids: new Float64Array(capacity),
    sentUs: new Float64Array(capacity),
    scheduledUs: new Float64Array(capacity),
    deliveries: new Uint32Array(capacity),
  };
}

/** Mixes all bits of both: ids count up from 1 at each sender. */
function hash(sender: number, id: number): number {
  let mixed = Math.imul(sender, 0x9e3779b1) ^ Math.imul(id | 0, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ ((id / 2 ** 32) | 0), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
