import type { GapFrame, WelcomeFrame } from "../protocol/frames.ts";
import type { Position } from "../protocol/message.ts";

/** What an arriving message is to someone who has read up to a position. */
export type Arrival = "next" | "repeat" | "hole";

/** How far a client has read the log of its room. */
export class LogCursor {
  /** `null` before the first welcome. */
  private epoch: string | null = null;
  private offset_ = 0;
  /** Messages up to here were written before this client joined. */
  private historyEnd = 0;

  /** Where to resume, or `null` before the first welcome. */
  get position(): Position | null {
    return this.epoch === null ? null : { epoch: this.epoch, offset: this.offset_ };
  }

  /** Everything up to here has arrived, or will not. */
  get offset(): number {
    return this.offset_;
  }

  /**
   * Goes on from a welcome to a socket that asked for what came after `since`. Another socket may have brought
   * more in the meantime: what this one brings again is then a repeat.
   */
  welcome({ epoch, offset, replay, recovered }: WelcomeFrame, since = this.position): void {
    const isFirst = this.epoch === null;
    const start = recovered && since !== null ? since.offset : offset - replay;
    // A log that goes on before the place that was asked for has lost its end: its offsets are given once more.
    const wentBack = since !== null && start < since.offset;
    if (epoch !== this.epoch || wentBack) {
      this.epoch = epoch;
      this.offset_ = start;
      // What a client gets when it comes back is not old to it: it was written while it was away.
      this.historyEnd = isFirst ? offset : 0;
    }
  }

  /** Moves on over a gap; answers with what of it is missing to this client, or `null` when nothing is. */
  gap(gap: GapFrame): GapFrame | null {
    const { to, epoch, reason } = gap;
    if (this.epoch === null) return null;
    if (epoch !== undefined && epoch !== this.epoch) {
      this.epoch = epoch;
      this.offset_ = to;
      return gap;
    }
    const from = this.offset_ + 1;
    this.offset_ = Math.max(this.offset_, to);
    if (reason === "epoch") return gap;
    return to < from ? null : { ...gap, from: Math.max(gap.from, from) };
  }

  /** Moves on to a message's offset and says what its arrival is. */
  arrive(offset: number): Arrival {
    if (this.epoch === null || offset <= this.offset_) return "repeat";
    const arrival = offset === this.offset_ + 1 ? "next" : "hole";
    this.offset_ = offset;
    return arrival;
  }

  /** Moves on over messages that all come next, in one step; false, and nothing moves, where they do not. */
  advance({ first, last }: { first: number; last: number }): boolean {
    if (this.epoch === null || first !== this.offset_ + 1) return false;
    this.offset_ = last;
    return true;
  }

  isHistory(offset: number): boolean {
    return offset <= this.historyEnd;
  }
}
