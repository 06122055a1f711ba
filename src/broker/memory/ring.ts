/** The newest `capacity` items, addressed by how many were ever added. */
export class Ring<T> {
  private readonly items: T[] = [];
  private added = 0;

  constructor(private readonly capacity: number) {}

  /** How many were ever added: the number of the newest item, counted from 1. */
  get head(): number {
    return this.added;
  }

  /** The number of the oldest item that is still held; `head + 1` when none is. */
  get first(): number {
    return this.added - this.items.length + 1;
  }

  push(item: T): void {
    if (this.items.length < this.capacity) this.items.push(item);
    else if (this.capacity > 0) this.items[this.added % this.capacity] = item;
    this.added++;
  }

  /** The items `from` to `to`, both included, counted from 1; those no longer held are left out. */
  slice(from: number, to: number): T[] {
    const result: T[] = [];
    for (let number = Math.max(from, this.first); number <= Math.min(to, this.added); number++) {
      result.push(this.items[(number - 1) % this.capacity]!);
    }
    return result;
  }
}
