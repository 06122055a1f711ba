import type { Random } from "../lib/random.ts";

/** The part of the time in which a client begins to move: when the time is over it has to have arrived. */
const START_WITHIN = 0.8;
/** A timer does not hold any time: one that is too long would end at once. */
const LONGEST_MS = 86_400_000;

/**
 * The order to go on at another server: carried out at a moment of its own, so that not everyone comes at once. A new
 * order replaces the one before, and puts off nothing: a server that repeats itself would otherwise never be left.
 */
export class Order {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private target_: string | null = null;
  /** When it is carried out, as `performance.now()` tells the time. */
  private due = Number.POSITIVE_INFINITY;

  /** `carryOut` is called with the address to go to. */
  constructor(
    private readonly random: Random,
    private readonly carryOut: (target: string) => void,
  ) {}

  /** Where the client was told to go and is not yet; `null` when it stays. */
  get target(): string | null {
    return this.target_;
  }

  give(target: string, withinMs: number): void {
    const now = performance.now();
    const time = Math.min(Math.max(0, withinMs), LONGEST_MS);
    const due = Math.min(this.due, now + this.random() * time * START_WITHIN);
    this.withdraw();
    this.target_ = target;
    this.due = due;
    this.timer = setTimeout(() => this.carryOut(target), Math.max(0, due - now));
  }

  /** Ends the order, because it is carried out or cannot be; answers with where it led. */
  withdraw(): string | null {
    const target = this.target_;
    this.target_ = null;
    this.due = Number.POSITIVE_INFINITY;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    return target;
  }
}
