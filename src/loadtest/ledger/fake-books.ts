import { FakeClock } from "../../lib/clock.ts";
import type { ReceivedMessage } from "../../protocol/dialect.ts";
import type { Chatter } from "../chatter/chatter.ts";
import { FakeChatter } from "../chatter/fake-chatter.ts";
import { fakeMessage } from "../chatter/fake-message.ts";
import { TestRoom } from "../crowd/room.ts";
import { Ledger } from "./ledger.ts";

/** For tests: a room with Ann and Bob in it, and the ledger. Whose id begins with `far.` is in another process. */
export class FakeBooks {
  readonly clock = new FakeClock();
  readonly rows: string[] = [];
  readonly ledger: Ledger;
  readonly room: TestRoom;
  readonly ann: FakeChatter;
  readonly bob: FakeChatter;

  constructor({ sample = 1, isShared = false } = {}) {
    const { clock } = this;
    this.ledger = new Ledger({
      ...{ clock, sample, warmup: 0, rows: { add: (row) => this.rows.push(row) } },
      isElsewhere: (id) => id.startsWith("far."),
    });
    this.room = new TestRoom("r", 7, isShared);
    this.ann = this.comes("ann");
    this.bob = this.comes("bob");
    this.ledger.start(clock.now());
  }

  /** Someone comes into the room, or into another one. */
  comes(id: string, room = this.room): FakeChatter {
    const chatter = new FakeChatter(id, room);
    this.ledger.enter(chatter.author);
    chatter.enter(this.clock.now() * 1000);
    chatter.be("in");
    return chatter;
  }

  /** A client of this process says something, now. */
  say(chatter: Chatter): void {
    this.ledger.send(chatter, this.clock.now() - this.ledger.startedAt);
  }

  /** Another process tells that `author` has said something, now unless `sentUs` says when. */
  learn(
    author: string,
    sequence: number,
    sentUs = Math.round(this.clock.now() * 1000),
    room = this.room,
  ): void {
    const scheduledUs = sentUs - 50;
    const saying = { author, room: room.number, sequence, sentUs, scheduledUs, second: 0, counts: true };
    this.ledger.learn(saying, room);
  }

  /** A message comes, and is in the books. */
  hear(receiver: Chatter, sender: string, sequence: number, afterMs = 1): void {
    this.hearAll(receiver, [fakeMessage(sender, sequence)], afterMs);
    this.ledger.settle();
  }

  /** Messages come in one frame, and are noted and no more. */
  hearAll(receiver: Chatter, messages: readonly ReceivedMessage[], afterMs = 1): void {
    this.clock.advance(afterMs);
    this.ledger.frameCame();
    this.ledger.receive(receiver, messages);
  }
}
