/** The beginning of a run, whose messages are left out. Times are microseconds. */
export class WarmUp {
  /** Of the earliest message so far, where nobody said when the run began. */
  private beginUs: number;

  /** `startUs`: when the run began, since the epoch; `null` in files that do not say it: with their earliest message. */
  constructor(
    readonly lengthUs: number,
    readonly startUs: number | null,
  ) {
    this.beginUs = startUs ?? Number.POSITIVE_INFINITY;
  }

  /** False as long as an earlier message may still come, and with it a message that is left out count after all. */
  get isFixed(): boolean {
    return this.lengthUs === 0 || this.startUs !== null;
  }

  /** Is a message left out that was due then? Due: when the plan wanted it sent, or when it was sent without one. */
  covers(dueUs: number): boolean {
    if (this.lengthUs === 0) return false;
    if (this.startUs === null && dueUs < this.beginUs) this.beginUs = dueUs;
    return dueUs < this.beginUs + this.lengthUs;
  }
}
