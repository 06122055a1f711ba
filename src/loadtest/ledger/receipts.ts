import type { ReceivedMessage } from "../../protocol/dialect.ts";
import type { Chatter } from "../chatter/chatter.ts";
import { keyOf, type MessageKey } from "../chatter/identity.ts";

/** The messages of one frame, who got that frame, and when. */
export class Receipts {
  readonly keys: readonly MessageKey[];
  /** In the order in which it came to them; the times are in microseconds since the epoch. */
  receivers: Chatter[] = [];
  timesUs: number[] = [];

  constructor(messages: readonly ReceivedMessage[]) {
    this.keys = messages.map(keyOf).filter((key) => key !== null);
  }

  get isEmpty(): boolean {
    return this.receivers.length === 0;
  }

  /** Messages times clients. */
  get deliveries(): number {
    return this.keys.length * this.receivers.length;
  }

  add(receiver: Chatter, atUs: number): void {
    this.receivers.push(receiver);
    this.timesUs.push(atUs);
  }

  clear(): void {
    this.receivers = [];
    this.timesUs = [];
  }
}
