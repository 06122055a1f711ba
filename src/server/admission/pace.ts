import { TokenBucket } from "./token-bucket.ts";

/** What one client may send; 0 is no limit. */
export interface PaceLimits {
  messagesPerSecond: number;
  bytesPerSecond: number;
}

/** What a client may send at once, as so many seconds of its rate: after a reconnect it sends again what was not stored. */
const BURST_S = 5;
/** Frames over the limit that it may send before it is ended: so many at once, and one a second. */
const PATIENCE = 20;
const PATIENCE_PER_SECOND = 1;

/** `refused`: this frame is over the limit; `ended`: it is one too many of these. */
export type PaceVerdict = "admitted" | "refused" | "ended";

/** Watches over how much one client sends. Nothing is allocated for a frame. */
export class Pace {
  private readonly messages: TokenBucket | null;
  private readonly bytes: TokenBucket | null;
  private readonly patience = new TokenBucket(PATIENCE_PER_SECOND, PATIENCE);

  /** `maxPayload`: bytes of the longest frame, which has to fit in any case. */
  constructor({ messagesPerSecond, bytesPerSecond }: PaceLimits, maxPayload: number) {
    this.messages =
      messagesPerSecond === 0 ? null : new TokenBucket(messagesPerSecond, messagesPerSecond * BURST_S);
    const burst = Math.max(bytesPerSecond * BURST_S, maxPayload);
    this.bytes = bytesPerSecond === 0 ? null : new TokenBucket(bytesPerSecond, burst);
  }

  /** A frame of so many bytes came. */
  take(bytes: number, now: number): PaceVerdict {
    // A frame that its bytes keep out has cost one of the messages: it was read, too.
    const isAdmitted = this.messages?.take(1, now) !== false && this.bytes?.take(bytes, now) !== false;
    if (isAdmitted) return "admitted";
    return this.patience.take(1, now) ? "refused" : "ended";
  }
}
