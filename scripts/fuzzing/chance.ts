import { type Random, seededRandom } from "../../src/lib/random.ts";

/** What one case is made of: the same seed and number make the same case on every machine. */
export class Chance {
  private readonly random: Random;

  constructor(seed: number, number: number) {
    // Neighbouring numbers must not give neighbouring states.
    this.random = seededRandom(Math.imul(seed ^ Math.imul(number + 1, 0x9e3779b1), 0x85ebca6b));
  }

  /** A whole number from 0, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  /** True in this share of cases. */
  odds(share: number): boolean {
    return this.random() < share;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** Several of `values`, `most` at the most, each perhaps more than once. */
  some<T>(values: readonly T[], most: number): T[] {
    return Array.from({ length: this.below(most + 1) }, () => this.pick(values));
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
