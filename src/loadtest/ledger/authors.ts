import type { TestRoom } from "../crowd/room.ts";
import { Author } from "./author.ts";

/** What everyone has is known for so long still, microseconds: one copy more may come, or one to somebody new. */
const REMEMBERED_US = 5_000_000;
/** So many messages at most, so that a process that says a hundred thousand a second does not hold the last 5 s of them. */
const MOST_REMEMBERED = 20_000;

/** Everybody who may be heard here: the clients of this process, and those of others that were heard of. */
export class Authors implements Iterable<Author> {
  private readonly byId = new Map<string, Author>();
  /** What everyone has, in the order in which that came to be. */
  private readonly landed: Array<{ author: Author; sequence: number; atUs: number }> = [];
  /** So many of these, the first ones, are known no more. */
  private forgotten = 0;

  /** `isPlannedElsewhere`: whether the plan has a client of this id in another process that shares a room with this one. */
  constructor(private readonly isPlannedElsewhere: (id: string) => boolean) {}

  [Symbol.iterator](): Iterator<Author> {
    return this.byId.values();
  }

  /** A client that will say something. */
  enter(author: Author): void {
    this.byId.set(author.id, author);
  }

  find(id: string): Author | undefined {
    return this.byId.get(id);
  }

  /** Is it another process that tells what this one says? */
  isElsewhere(id: string): boolean {
    return this.byId.get(id)?.isRemote ?? this.isPlannedElsewhere(id);
  }

  /** A client of another process, which has said something in a room that they share. */
  remoteIn(room: TestRoom, id: string): Author {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const author = new Author(id, room, true);
    this.byId.set(id, author);
    return author;
  }

  /** It says nothing more; once all that it said has arrived, nothing of it is kept for long. */
  forget(author: Author): void {
    author.hasLeft = true;
    this.dropIfDone(author);
  }

  /** Everyone here has a message of it, since `atUs`. */
  land(author: Author, sequence: number, atUs: number): void {
    const flight = author.flights.get(sequence);
    if (flight === undefined || flight.hasLanded) return;
    flight.hasLanded = true;
    this.landed.push({ author, sequence, atUs });
  }

  /** Forgets what everyone has had for long, so that memory holds what is under way and not the whole run. */
  age(nowUs: number): void {
    const { landed } = this;
    for (; this.forgotten < landed.length; this.forgotten++) {
      const { author, sequence, atUs } = landed[this.forgotten]!;
      const known = landed.length - this.forgotten;
      if (atUs >= nowUs - REMEMBERED_US && known <= MOST_REMEMBERED) break;
      author.flights.delete(sequence);
      this.dropIfDone(author);
    }
    // Not each time: what stays is moved for it.
    if (this.forgotten <= landed.length / 2) return;
    landed.splice(0, this.forgotten);
    this.forgotten = 0;
  }

  /** One of another process comes anew with what it says next. */
  private dropIfDone({ id, hasLeft, isRemote, flights }: Author): void {
    if ((hasLeft || isRemote) && flights.size === 0) this.byId.delete(id);
  }
}
