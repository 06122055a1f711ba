import type { ReceivedMessage } from "../../protocol/dialect.ts";
import type { Chatter } from "../chatter/chatter.ts";
import { keyOf, type MessageKey } from "../chatter/identity.ts";

/** The messages of one frame, who got that frame, and when. */
export class Receipts {
  /** In the order in which it came to them; the times are in microseconds since the epoch. */
  receivers: Chatter[] = [];
  timesUs: number[] = [];

  /** `strangers`: messages that are none of a load test's, whoever has said them. */
  constructor(
    readonly keys: readonly MessageKey[],
    readonly strangers = 0,
  ) {}

  static of(messages: readonly ReceivedMessage[]): Receipts {
    const keys = messages.map(keyOf).filter((key) => key !== null);
    return new Receipts(keys, messages.length - keys.length);
  }

  get isEmpty(): boolean {
    return this.receivers.length === 0;
  }

  /** Messages times clients. */
  get deliveries(): number {
    return (this.keys.length + this.strangers) * this.receivers.length;
  }

  add(receiver: Chatter, atUs: number): void {
    this.receivers.push(receiver);
    this.timesUs.push(atUs);
  }

  /** Hands over what it has of these messages, and is empty. */
  take(keys: readonly MessageKey[]): Receipts {
    const taken = new Receipts(keys);
    taken.receivers = this.receivers;
    taken.timesUs = this.timesUs;
    this.receivers = [];
    this.timesUs = [];
    return taken;
  }
}
