/** Neighbouring values that share a page. */
export const PAGE_SPAN = 2 ** 16;

/** A list of this many values takes as much memory as counting them. */
const LONGEST_LIST = 2 ** 17;
const FIRST_LENGTH = 64;
const FEW = 4096;

/** A page on its way from one process to another: its values, or how often each came. */
export type PageState = Uint16Array | Uint32Array;

/** How often each of 65,536 values came: a list of them as long as they are few, then a count for each. */
export class CountPage {
  private list = new Uint16Array(FIRST_LENGTH);
  private length = 0;
  private dense: Uint32Array<ArrayBuffer> | null = null;

  add(value: number): void {
    if (this.dense !== null) this.dense[value]!++;
    else {
      if (this.length === this.list.length) this.grow();
      if (this.dense !== null) this.add(value);
      else this.list[this.length++] = value;
    }
  }

  /** Adds what another page of the same values holds; answers with how many these were. */
  merge(other: PageState): number {
    if (other instanceof Uint16Array) {
      for (const value of other) this.add(value);
      return other.length;
    }
    this.dense ??= this.counts();
    let added = 0;
    for (let value = 0; value < PAGE_SPAN; value++) {
      this.dense[value]! += other[value]!;
      added += other[value]!;
    }
    return added;
  }

  /** Calls back for each value in ascending order, with how often it came. */
  forEach(visit: (value: number, times: number) => void): void {
    // A few values are found sooner by sorting them than by looking at each that might have come.
    if (this.length > FEW || this.dense !== null) {
      const counts = this.counts();
      for (let value = 0; value < PAGE_SPAN; value++) if (counts[value]! > 0) visit(value, counts[value]!);
      return;
    }
    const sorted = this.list.subarray(0, this.length).sort();
    for (let first = 0; first < sorted.length; ) {
      let after = first + 1;
      while (sorted[after] === sorted[first]) after++;
      visit(sorted[first]!, after - first);
      first = after;
    }
  }

  state(): PageState {
    return this.dense ?? this.list.slice(0, this.length);
  }

  private counts(): Uint32Array<ArrayBuffer> {
    if (this.dense !== null) return this.dense;
    const counts = new Uint32Array(PAGE_SPAN);
    for (let i = 0; i < this.length; i++) counts[this.list[i]!]!++;
    return counts;
  }

  private grow(): void {
    if (this.length === LONGEST_LIST) {
      this.dense = this.counts();
      this.list = new Uint16Array(0);
      return;
    }
    const longer = new Uint16Array(2 * this.length);
    longer.set(this.list);
    this.list = longer;
  }
}
