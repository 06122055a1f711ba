/** Something that happens at planned times. */
export interface Act {
  /** Does it. `due`: for when it was planned, in milliseconds from the start. Answers when it is due again, or `null`. */
  perform(due: number): number | null;
  /** How many messages it would send on average from `due` until before `end`. Left out: none. */
  messages?(due: number, end: number): number;
}

/**
 * What is to happen when: the open-loop plan. Nothing on it waits for what a server does, and what is late happens as
 * soon as it can. A binary heap, so that a hundred thousand clients cost no more than a few comparisons an act.
 */
export class Agenda {
  private readonly dues: number[] = [];
  private readonly acts: Act[] = [];

  /** Nothing is due from `end` on. */
  constructor(private readonly end: number) {}

  /** How many messages would still be sent. */
  get messages(): number {
    return this.acts.reduce((sum, act, i) => sum + (act.messages?.(this.dues[i]!, this.end) ?? 0), 0);
  }

  get isEmpty(): boolean {
    return this.dues.length === 0;
  }

  /** When the next act is due; infinite without any. */
  get nextDue(): number {
    return this.dues[0] ?? Number.POSITIVE_INFINITY;
  }

  add(due: number, act: Act): void {
    if (due >= this.end) return;
    this.rise(this.dues.length, due, act);
  }

  /** Performs what is due by `now`, in order, but no more than `most` acts. */
  performUntil(now: number, most: number): void {
    for (let done = 0; done < most && this.nextDue <= now; done++) {
      const [due, act] = [this.dues[0]!, this.acts[0]!];
      const again = act.perform(due);
      // An act may add others, but all of them are later, so this one still stands first.
      if (again !== null && again < this.end) this.sink(again, act);
      else this.removeFirst();
    }
  }

  private removeFirst(): void {
    const due = this.dues.pop()!;
    const act = this.acts.pop()!;
    if (this.dues.length > 0) this.sink(due, act);
  }

  /** Puts an act in the place of the first, and on from there to where it belongs. */
  private sink(due: number, act: Act): void {
    const { dues, acts } = this;
    const { length } = dues;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && dues[child + 1]! < dues[child]!) child++;
      if (due <= dues[child]!) break;
      dues[at] = dues[child]!;
      acts[at] = acts[child]!;
      at = child;
    }
    dues[at] = due;
    acts[at] = act;
  }

  /** Puts an act at the end of the heap, and on from there to where it belongs. */
  private rise(from: number, due: number, act: Act): void {
    const { dues, acts } = this;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (dues[parent]! <= due) break;
      dues[at] = dues[parent]!;
      acts[at] = acts[parent]!;
      at = parent;
    }
    dues[at] = due;
    acts[at] = act;
  }
}
