/** Time comes in as an argument, so that what depends on it can be tested without waiting. */
export interface Clock {
  /** Milliseconds since the Unix epoch, with a fraction (microseconds are real, not rounded). */
  now(): number;
}

/**
 * The system's time. `timeOrigin + performance.now()` never runs backwards within a process and agrees
 * between the processes of one host to about a millisecond, unlike `Bun.nanoseconds()`.
 */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
};

/**
 * The time of day, as the system has it: it follows when that is set, and goes on where the machine slept. What
 * others date, such as a certificate or a token, is judged by it.
 */
export const timeOfDay: Clock = {
  now: () => Date.now(),
};

/**
 * A clock that agrees with those of other processes of this host to a few microseconds. It takes a few milliseconds to
 * make: the system's time is only told in whole milliseconds, so it waits for the moments in which that changes.
 */
export function alignedClock(): Clock {
  let offset = Number.NEGATIVE_INFINITY;
  for (let edge = 0; edge < ALIGNMENTS; edge++) {
    const before = Date.now();
    let now = before;
    while (now === before) now = Date.now();
    // Late by as long as it took to see the change: the largest difference is the one seen soonest.
    offset = Math.max(offset, now - performance.now());
  }
  return { now: () => offset + performance.now() };
}

const ALIGNMENTS = 8;

/** A clock that stands still until it is told to move. For tests. */
export class FakeClock implements Clock {
  constructor(private ms = 1_763_683_200_000) {}

  now(): number {
    return this.ms;
  }

  advance(ms: number): void {
    this.ms += ms;
  }
}
