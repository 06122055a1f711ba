import type { Random } from "../../lib/random.ts";

/** A set out of which one can be drawn by chance, each operation in constant time. */
export class DrawableSet<T> {
  private readonly items: T[] = [];
  private readonly places = new Map<T, number>();

  get size(): number {
    return this.items.length;
  }

  add(item: T): void {
    if (this.places.has(item)) return;
    this.places.set(item, this.items.length);
    this.items.push(item);
  }

  /** The last one takes its place. */
  delete(item: T): void {
    const place = this.places.get(item);
    if (place === undefined) return;
    this.places.delete(item);
    const last = this.items.pop()!;
    if (place === this.items.length) return;
    this.items[place] = last;
    this.places.set(last, place);
  }

  /** Any of them, each as likely as any other; `null` when there is none. */
  draw(random: Random): T | null {
    return this.items[Math.floor(random() * this.items.length)] ?? null;
  }
}
