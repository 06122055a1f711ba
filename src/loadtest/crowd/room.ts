/** How long a change of the members is remembered, for messages of other processes that come to be known late. */
const MEMORY_US = 10_000_000;

/** Who comes to a room, and leaves it. */
export interface Member {
  /** Messages that it is to get, once it has left: those said by then, less those said before it came. */
  owed: number;
}

interface Change {
  member: Member;
  atUs: number;
  /** 1: it came; -1: it left. */
  by: 1 | -1;
}

/** A room of the test: how many belong to it here, in this process, those included that are away for a moment. */
export class TestRoom {
  /** Messages said in it, as far as is known. */
  private said = 0;
  private count = 0;
  private readonly changes: Change[] = [];

  /** `number` is the plan's, from 0. `isShared`: it has members in other processes, too. */
  constructor(
    readonly name: string,
    readonly number = 0,
    readonly isShared = false,
  ) {}

  get members(): number {
    return this.count;
  }

  /** Times here are in microseconds since the epoch. */
  enter(member: Member, atUs: number): void {
    this.change({ member, atUs, by: 1 });
  }

  leave(member: Member, atUs: number): void {
    this.change({ member, atUs, by: -1 });
  }

  /** A message was said in it, not long ago. Answers with how many members it is for. */
  say(sentUs: number): number {
    this.said++;
    let members = this.count;
    for (let i = this.changes.length - 1; i >= 0 && this.changes[i]!.atUs > sentUs; i--) {
      const { member, by } = this.changes[i]!;
      members -= by;
      // What had been said by that time is one more than was known then.
      member.owed -= by;
    }
    return members;
  }

  private change(change: Change): void {
    const { member, atUs, by } = change;
    this.count += by;
    member.owed -= by * this.said;
    if (!this.isShared) return;
    while (this.changes.length > 0 && this.changes[0]!.atUs < atUs - MEMORY_US) this.changes.shift();
    this.changes.push(change);
  }
}
