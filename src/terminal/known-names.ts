import { cleanName } from "./message-lines.ts";

/** A server could name anyone; more than these are not kept. */
const MAX_SPEAKERS = 200;

/** Whose names can be completed: who is here, as far as that is told, and who spoke last. */
export class KnownNames {
  private members: string[] = [];
  /** Oldest first. */
  private readonly speakers = new Set<string>();

  spoke(sender: string): void {
    const name = cleanName(sender);
    this.speakers.delete(name);
    this.speakers.add(name);
    if (this.speakers.size > MAX_SPEAKERS) this.speakers.delete(this.speakers.values().next().value!);
  }

  present(names: readonly string[]): void {
    this.members = names.map(cleanName);
  }

  /** Everyone but `self`. */
  others(self: string): string[] {
    return [...new Set([...this.members, ...this.speakers])].filter((name) => name !== cleanName(self));
  }
}
