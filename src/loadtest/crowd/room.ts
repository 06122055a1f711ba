/** How long a change of the members is remembered, for messages of other processes that come to be known late. */
const MEMORY_US = 10_000_000;

/** A room of the test: how many belong to it here, in this process, those included that are away for a moment. */
export class TestRoom {
  /** Messages said in it that its members are to get. */
  said = 0;
  private count = 0;
  private readonly changes: Array<{ atUs: number; by: number }> = [];

  /** `number` is the plan's, from 0. `isShared`: it has members in other processes, too. */
  constructor(
    readonly name: string,
    readonly number = 0,
    readonly isShared = false,
  ) {}

  get members(): number {
    return this.count;
  }

  enter(atUs: number): void {
    this.change(atUs, 1);
  }

  leave(atUs: number): void {
    this.change(atUs, -1);
  }

  /** How many members there were at that time, which is not long ago. Microseconds since the epoch. */
  membersAt(us: number): number {
    let members = this.count;
    for (let i = this.changes.length - 1; i >= 0 && this.changes[i]!.atUs > us; i--) {
      members -= this.changes[i]!.by;
    }
    return members;
  }

  private change(atUs: number, by: number): void {
    this.count += by;
    if (!this.isShared) return;
    while (this.changes.length > 0 && this.changes[0]!.atUs < atUs - MEMORY_US) this.changes.shift();
    this.changes.push({ atUs, by });
  }
}
