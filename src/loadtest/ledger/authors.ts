import type { TestRoom } from "../crowd/room.ts";
import { Author } from "./author.ts";

/** Everybody who may be heard here: the clients of this process, and those of others that were heard of. */
export class Authors implements Iterable<Author> {
  private readonly byId = new Map<string, Author>();

  /** The ids of this run's clients begin with `runId`. */
  constructor(private readonly runId: string) {}

  [Symbol.iterator](): Iterator<Author> {
    return this.byId.values();
  }

  /** A client that will say something. */
  enter(author: Author): void {
    this.byId.set(author.id, author);
  }

  /** It says nothing more; once all that it said has arrived, nothing of it is kept. */
  forget(author: Author): void {
    author.hasLeft = true;
    this.dropIfDone(author);
  }

  /** Everyone here has a message of it. */
  complete(author: Author, sequence: number): void {
    author.flights.delete(sequence);
    this.dropIfDone(author);
  }

  /** Who is heard in a room; `undefined` when it is nobody of this run. */
  heardIn(room: TestRoom, id: string): Author | undefined {
    return this.byId.get(id) ?? (this.isOfOthers(room, id) ? this.remoteIn(room, id) : undefined);
  }

  /** A client of another process that shares the room. */
  remoteIn(room: TestRoom, id: string): Author {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const author = new Author(id, room, true);
    this.byId.set(id, author);
    return author;
  }

  private isOfOthers(room: TestRoom, id: string): boolean {
    return room.isShared && id.startsWith(`${this.runId}.`);
  }

  private dropIfDone(author: Author): void {
    if (author.hasLeft && author.flights.size === 0) this.byId.delete(author.id);
  }
}
