import type { Chatter } from "../chatter/chatter.ts";

/** What others had said in a shared room is known here by then, milliseconds: they tell it every 10. */
const HEARSAY_MS = 250;

/** Those who leave by plan: each stays until it has got what was said while it was a member. */
export class Departures {
  private readonly waiting = new Set<Chatter>();

  add(chatter: Chatter): void {
    this.waiting.add(chatter);
  }

  /** Those who may go now: they wait for nothing any more, or have waited in vain for `patienceMs`. */
  take(nowUs: number, patienceMs: number): Chatter[] {
    const ready: Chatter[] = [];
    for (const chatter of this.waiting) {
      const isKnown = !chatter.room.isShared || chatter.hasWaited(nowUs, HEARSAY_MS);
      if ((isKnown && chatter.isDone) || chatter.hasWaited(nowUs, patienceMs)) ready.push(chatter);
    }
    for (const chatter of ready) this.waiting.delete(chatter);
    return ready;
  }
}
