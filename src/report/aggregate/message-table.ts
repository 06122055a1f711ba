import { GrowingList } from "./growing.ts";

/** A message's place in the table. */
export type Slot = number;

/** In place of the time of sending, for a message of the warm-up. */
export const LEFT_OUT = -1;

/**
 * All messages of a run, a few numbers each. A message is found by its sender and its id; which of its two
 * kinds of rows was read first does not matter.
 */
export class MessageTable {
  private readonly clientIndex = new Map<string, number>();
  /** By client: its messages' slots. Ids that are whole numbers are kept as such, which is far smaller. */
  private readonly slotsOf: Array<Map<string | number, Slot> | undefined> = [];
  private readonly senderOf = new GrowingList();
  private readonly sentUs = new GrowingList();
  private readonly scheduledUs = new GrowingList();
  private readonly deliveries = new GrowingList();

  get clients(): number {
    return this.clientIndex.size;
  }

  get messages(): number {
    return this.sentUs.length;
  }

  /** The number of a client, counted from 0 in the order of appearance. */
  client(id: string): number {
    const known = this.clientIndex.get(id);
    if (known !== undefined) return known;
    const index = this.clientIndex.size;
    this.clientIndex.set(copyOf(id), index);
    this.slotsOf.push(undefined);
    return index;
  }

  slot(sender: number, messageId: string): Slot {
    let slots = this.slotsOf[sender];
    if (slots === undefined) {
      slots = new Map();
      this.slotsOf[sender] = slots;
    }
    const key = keyOf(messageId);
    const known = slots.get(key);
    if (known !== undefined) return known;
    const slot = this.sentUs.length;
    slots.set(typeof key === "string" ? copyOf(key) : key, slot);
    this.senderOf.push(sender);
    this.sentUs.push(Number.NaN);
    this.scheduledUs.push(Number.NaN);
    this.deliveries.push(0);
    return slot;
  }

  /** Microseconds since the epoch, `LEFT_OUT`, or NaN as long as the message was not seen as sent. */
  sentAt(slot: Slot): number {
    return this.sentUs.get(slot);
  }

  /** Microseconds since the epoch, or NaN without a plan. */
  scheduledAt(slot: Slot): number {
    return this.scheduledUs.get(slot);
  }

  setSent(slot: Slot, sentUs: number, scheduledUs: number | null): void {
    this.sentUs.set(slot, sentUs);
    this.scheduledUs.set(slot, scheduledUs ?? Number.NaN);
  }

  delivered(slot: Slot): void {
    this.deliveries.set(slot, this.deliveries.get(slot) + 1);
  }

  /** Calls back for each message that counts: sent, and not of the warm-up. */
  forEachCounted(visit: (sender: number, deliveries: number) => void): void {
    for (let slot = 0; slot < this.messages; slot++) {
      if (this.sentUs.get(slot) >= 0) visit(this.senderOf.get(slot), this.deliveries.get(slot));
    }
  }
}

/** The id as a number where that loses nothing ("7", not "07"), so that no string has to be kept. */
function keyOf(id: string): string | number {
  const length = id.length;
  if (length > 15 || (length > 1 && id.charCodeAt(0) === 48)) return id;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const digit = id.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return id;
    value = value * 10 + digit;
  }
  return value;
}

/** A string of its own: a slice would keep the text it was cut from, here a megabyte, in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
