/**
 * What was set last, by text, in bounded memory: at least the `generation` newest, and never twice as many. An entry is
 * forgotten with all others of its age, which costs nothing for each.
 */
export class RecentMap<T> {
  private young = new Map<string, T>();
  private old = new Map<string, T>();

  constructor(private readonly generation: number) {}

  get(key: string): T | undefined {
    return this.young.get(key) ?? this.old.get(key);
  }

  set(key: string, value: T): void {
    if (this.young.size >= this.generation) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
  }
}
