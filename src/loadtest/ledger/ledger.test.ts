import { beforeEach, describe, expect, test } from "bun:test";
import { FakeClock } from "../../lib/clock.ts";
import type { ReceivedMessage } from "../../protocol/dialect.ts";
import { Chatter, type ChatterContext } from "../chatter/chatter.ts";
import { fakeMessage } from "../chatter/fake-message.ts";
import { TestRoom } from "../crowd/room.ts";
import type { Visit } from "../plan/visits.ts";
import { Ledger } from "./ledger.ts";

/** A client that is where it is told to be. */
class FakeChatter extends Chatter {
  readonly sent: string[] = [];
  connect() {}
  send(sentAt: string) {
    this.sent.push(sentAt);
  }
  async leave() {}
  giveUp() {}
  be(state: "in" | "away" | "gone"): void {
    this.state = state;
  }
}

function visitOf(id: string): Visit {
  return { id, room: 0, generation: 0, url: "", from: 0, to: Number.POSITIVE_INFINITY, isSlow: false };
}

let clock: FakeClock;
let rows: string[];
let room: TestRoom;
let ledger: Ledger;
let ann: FakeChatter;
let bob: FakeChatter;
beforeEach(() => {
  clock = new FakeClock();
  rows = [];
  room = new TestRoom("r");
  [ann, bob] = ["ann", "bob"].map((id) => new FakeChatter(visitOf(id), room, {} as ChatterContext)) as [
    FakeChatter,
    FakeChatter,
  ];
  ledger = new Ledger({ clock, runId: "far", rows: { add: (row) => rows.push(row) }, sample: 1, warmup: 0 });
  for (const chatter of [ann, bob]) {
    ledger.enter(chatter.author);
    chatter.enter(clock.now() * 1000);
  }
  ledger.start(clock.now());
  for (const chatter of [ann, bob]) chatter.be("in");
});

function hear(receiver: Chatter, sender: string, sequence: number, afterMs = 1): void {
  hearAll(receiver, [fakeMessage(sender, sequence)], afterMs);
  ledger.settle();
}

/** Messages in one frame, which are noted and no more. */
function hearAll(receiver: Chatter, messages: readonly ReceivedMessage[], afterMs = 1): void {
  clock.advance(afterMs);
  ledger.frameCame();
  ledger.receive(receiver, messages);
}

test("what is due while a client is away leaves when it is back, and its delay is real", () => {
  ann.be("away");
  ledger.send(ann, 0);
  ledger.send(ann, 100);
  clock.advance(300);
  expect([ann.sent.length, rows.length, ledger.tally.sent]).toEqual([0, 0, 0]);
  ann.be("in");
  ledger.sendBacklog(ann);
  for (const receiver of [ann, bob]) for (const sequence of [1, 2]) hear(receiver, "ann", sequence, 0);
  const at = ledger.startedAt * 1000;
  expect(rows.slice(0, 2)).toEqual([
    `1,ann,ann,Sent,${at + 300_000},${at}\n`,
    `2,ann,ann,Sent,${at + 300_000},${at + 100_000}\n`,
  ]);
  const { tally } = ledger;
  expect(tally).toMatchObject({ sent: 2, expected: 4, received: 4, outstanding: 0, repeated: 0 });
  expect(tally.fromScheduled.percentiles([50, 100])).toEqual([200_000, 300_000]);
  expect([tally.fromSent.max, tally.sendLag.count]).toEqual([0, 0]);
  expect(ann.backlog).toEqual([]);
});

test("who is away for a while stays a member, and gets late what it missed", () => {
  bob.be("away");
  ledger.send(ann, 0);
  hear(ann, "ann", 1);
  expect(ledger.tally).toMatchObject({ expected: 2, received: 1, outstanding: 1 });
  bob.be("in");
  hear(bob, "ann", 1, 700);
  expect(ledger.tally).toMatchObject({ received: 2, outstanding: 0, repeated: 0 });
  expect(ledger.tally.fromSent.max).toBe(701_000);
});

test("what was said after a client had gone for good was not for it; what was under way is lost", () => {
  ledger.send(ann, 0);
  hear(ann, "ann", 1);
  bob.be("away");
  bob.awaySince = clock.now();
  clock.advance(10);
  ledger.send(ann, 10);
  ledger.send(bob, 10);
  hear(ann, "ann", 2);
  bob.be("gone");
  bob.lostAt = clock.now();
  ledger.lose(bob);
  ledger.close();
  expect(ledger.tally).toMatchObject({ sent: 2, expected: 3, received: 2, outstanding: 1, unsent: 1 });
});

test("a message that comes once too often is repeated, one of nobody here is foreign", () => {
  ledger.send(ann, 0);
  for (const receiver of [ann, bob, bob]) hear(receiver, "ann", 1);
  hear(bob, "ann", 2);
  hear(bob, "cleo", 1);
  expect(ledger.tally).toMatchObject({ received: 2, repeated: 1, foreign: 2 });
});

test("who leaves by plan gets what was said before, and is owed nothing of what is said after", () => {
  ledger.send(ann, 0);
  clock.advance(1);
  bob.bow(clock.now() * 1000);
  expect([bob.isDone, room.members]).toEqual([false, 1]);
  ledger.send(ann, 1);
  for (const sequence of [1, 2]) for (const receiver of [ann, bob]) hear(receiver, "ann", sequence);
  expect(bob.isDone).toBe(true);
  expect(ledger.tally).toMatchObject({ sent: 2, expected: 3, received: 3, repeated: 0, outstanding: 0 });
});

test("who comes later is owed what is said from then on, and what it gets besides does not count", () => {
  ledger.send(ann, 0);
  clock.advance(1);
  const cleo = new FakeChatter(visitOf("cleo"), room, {} as ChatterContext);
  cleo.enter(clock.now() * 1000);
  cleo.be("in");
  for (const receiver of [ann, cleo, bob, cleo]) hear(receiver, "ann", 1);
  ledger.send(ann, 10);
  for (const receiver of [ann, bob, cleo]) hear(receiver, "ann", 2);
  expect(ledger.tally).toMatchObject({ sent: 2, expected: 5, received: 5, repeated: 0, foreign: 0 });
});

test("of a sample all rows of a message are written, or none", () => {
  ledger = new Ledger({ clock, runId: "far", rows: { add: (row) => rows.push(row) }, sample: 3, warmup: 0 });
  ledger.start(clock.now());
  ledger.enter(ann.author);
  for (let i = 1; i <= 9; i++) {
    ledger.send(ann, 0);
    for (const receiver of [ann, bob]) hear(receiver, "ann", i, 0);
  }
  expect(ledger.tally).toMatchObject({ sent: 9, received: 18 });
  const ids = rows.map((row) => row.split(",")[0]);
  expect(rows).toHaveLength(9);
  expect(new Set(ids).size).toBe(3);
});

test("in a room shared with other processes, what they say is learned, before or after it comes", () => {
  const shared = new TestRoom("s", 7, true);
  const cleo = new FakeChatter(visitOf("cleo"), shared, {} as ChatterContext);
  cleo.enter(clock.now() * 1000);
  cleo.be("in");
  ledger.enter(cleo.author);
  const saying = (sequence: number) => ({
    ...{ author: "far.7.1", room: 7, sequence, second: 0, counts: true },
    ...{ sentUs: Math.round(clock.now() * 1000), scheduledUs: Math.round(clock.now() * 1000) - 50 },
  });
  const [first, second, third] = [1, 2, 3].map(saying);
  hear(cleo, "far.7.1", 1);
  expect(ledger.tally).toMatchObject({ received: 0, foreign: 0 });
  ledger.learn(first!, shared);
  ledger.learn(second!, shared);
  hear(cleo, "far.7.1", 2);
  ledger.learn(third!, shared);
  ledger.settle();
  expect(ledger.tally).toMatchObject({ sent: 0, expected: 3, received: 2, outstanding: 1, repeated: 0 });
  expect(ledger.tally.fromSent.percentiles([50, 100])).toEqual([1000, 2000]);
  expect(ledger.tally.fromScheduled.percentiles([50])).toEqual([1050]);
  // What it says itself is told to them.
  ledger.send(cleo, 0);
  expect(ledger.takeSayings()).toMatchObject([{ author: "cleo", room: 7, sequence: 1, counts: true }]);
  expect(ledger.takeSayings()).toEqual([]);
});

test("what is lost after a client was given up is lost: nobody counted on that client any more", () => {
  bob.be("gone");
  bob.awaySince = clock.now();
  clock.advance(5);
  bob.lostAt = clock.now();
  room.leave(clock.now() * 1000);
  ledger.lose(bob);
  clock.advance(5);
  const cleo = new FakeChatter(visitOf("cleo"), room, {} as ChatterContext);
  cleo.enter(clock.now() * 1000);
  cleo.be("in");
  clock.advance(5);
  ledger.send(ann, 15);
  hear(ann, "ann", 1);
  ledger.close();
  expect(ledger.tally).toMatchObject({ expected: 2, received: 1, outstanding: 1 });
});

test("of who has left nothing is kept once all that it said has arrived", () => {
  ledger.send(bob, 0);
  ledger.forget(bob.author);
  for (const receiver of [ann, bob]) hear(receiver, "bob", 1);
  hear(ann, "bob", 1);
  expect(ledger.tally).toMatchObject({ received: 2, foreign: 1, repeated: 0 });
});

test("in a shared room, too, nobody who is not of this run is taken for somebody", () => {
  const cleo = new FakeChatter(visitOf("cleo"), new TestRoom("s", 7, true), {} as ChatterContext);
  cleo.be("in");
  hear(cleo, "stranger", 1);
  expect(ledger.tally.foreign).toBe(1);
});

describe("a frame of many messages that comes to many", () => {
  const frame = [1, 2, 3].map((sequence) => fakeMessage("ann", sequence));
  /** Ann says the three of them, a millisecond apart. */
  function say(): void {
    for (const _ of frame) {
      clock.advance(1);
      ledger.send(ann, clock.now() - ledger.startedAt);
    }
  }

  test("is entered for all of them at once, each with its own time", () => {
    say();
    hearAll(ann, frame);
    hearAll(bob, frame);
    expect(ledger.tally).toMatchObject({ received: 0, outstanding: 6 });
    ledger.settle();
    expect(ledger.tally).toMatchObject({ sent: 3, expected: 6, received: 6, outstanding: 0, reached: 3 });
    // Said 3, 2 and 1 ms before the first of them heard it.
    expect(ledger.tally.fromSent.percentiles([1, 50, 100])).toEqual([1000, 2000, 4000]);
    expect([ann.heard, bob.heard, ledger.receivedEver]).toEqual([3, 3, 6]);
    expect(rows.filter((row) => row.includes("Received"))).toHaveLength(6);
  });

  test("is entered once, also when it comes to the next after the first is in the books", () => {
    say();
    hearAll(ann, frame);
    ledger.settle();
    hearAll(bob, frame, 5);
    ledger.settle();
    ledger.settle();
    expect(ledger.tally).toMatchObject({ received: 6, repeated: 0, outstanding: 0 });
  });

  test("that comes to somebody twice is repeated, all of it", () => {
    say();
    for (const receiver of [ann, bob, bob]) hearAll(receiver, frame);
    ledger.settle();
    expect(ledger.tally).toMatchObject({ received: 6, repeated: 3, outstanding: 0 });
  });

  test("counts for who came in its midst from then on", () => {
    ledger.send(ann, 0);
    clock.advance(1);
    const cleo = new FakeChatter(visitOf("cleo"), room, {} as ChatterContext);
    cleo.enter(clock.now() * 1000);
    cleo.be("in");
    for (const due of [1, 2]) ledger.send(ann, due);
    for (const receiver of [ann, bob, cleo]) hearAll(receiver, frame);
    ledger.settle();
    expect(ledger.tally).toMatchObject({ expected: 8, received: 8, repeated: 0, outstanding: 0 });
    expect([bob.heard, cleo.heard]).toEqual([3, 2]);
  });

  test("that comes in another room than it was said in is foreign there", () => {
    say();
    const cleo = new FakeChatter(visitOf("cleo"), new TestRoom("elsewhere"), {} as ChatterContext);
    cleo.enter(0);
    for (const receiver of [ann, cleo, bob]) hearAll(receiver, frame);
    ledger.settle();
    expect(ledger.tally).toMatchObject({ received: 6, foreign: 3, outstanding: 0 });
  });

  test("with one of another process that has not told it yet waits, and is foreign if it never does", () => {
    const shared = new TestRoom("s", 7, true);
    const cleo = new FakeChatter(visitOf("cleo"), shared, {} as ChatterContext);
    cleo.enter(0);
    cleo.be("in");
    ledger.enter(cleo.author);
    ledger.send(cleo, 0);
    hearAll(cleo, [fakeMessage("cleo", 1), fakeMessage("far.7.1", 1)]);
    ledger.settle();
    expect(ledger.tally).toMatchObject({ received: 0, outstanding: 1 });
    ledger.close();
    expect(ledger.tally.foreign).toBe(2);
  });
});
