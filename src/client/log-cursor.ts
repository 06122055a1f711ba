import type { GapFrame, WelcomeFrame } from "../protocol/frames.ts";
import type { Position } from "../protocol/message.ts";

/** What an arriving message is to someone who has read up to a position. */
export type Arrival = "next" | "repeat" | "hole";

/** How far a client has read the log of its room. */
export class LogCursor {
  private at: Position | null = null;
  /** Messages up to here were written before this client joined. */
  private historyEnd = 0;

  /** Where to resume, or `null` before the first welcome. */
  get position(): Position | null {
    return this.at;
  }

  welcome({ epoch, offset, replay, recovered }: WelcomeFrame): void {
    // What a resumed client gets first is not old to it: it was written while it was away.
    this.historyEnd = this.at === null ? offset : 0;
    this.at = { epoch, offset: recovered && this.at !== null ? this.at.offset : offset - replay };
  }

  gap({ to, epoch }: GapFrame): void {
    if (this.at === null) return;
    if (epoch !== undefined && epoch !== this.at.epoch) this.at = { epoch, offset: to };
    else this.at = { epoch: this.at.epoch, offset: Math.max(this.at.offset, to) };
  }

  /** Moves on to a message's offset and says what its arrival is. */
  arrive(offset: number): Arrival {
    if (this.at === null || offset <= this.at.offset) return "repeat";
    const arrival = offset === this.at.offset + 1 ? "next" : "hole";
    this.at = { epoch: this.at.epoch, offset };
    return arrival;
  }

  isHistory(offset: number): boolean {
    return offset <= this.historyEnd;
  }
}
