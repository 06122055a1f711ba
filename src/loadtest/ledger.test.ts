import { beforeEach, expect, test } from "bun:test";
import { FakeClock } from "../lib/clock.ts";
import { Chatter, type ChatterContext, type TestRoom } from "./chatter.ts";
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

let clock: FakeClock;
let rows: string[];
let room: TestRoom;
let ledger: Ledger;
let ann: FakeChatter;
let bob: FakeChatter;
beforeEach(() => {
  clock = new FakeClock();
  rows = [];
  room = { name: "r", members: 2 };
  [ann, bob] = ["ann", "bob"].map((id) => new FakeChatter(id, room, {} as ChatterContext)) as [
    FakeChatter,
    FakeChatter,
  ];
  const find = (id: string) => [ann, bob].find((chatter) => chatter.id === id);
  ledger = new Ledger({ clock, recorder: { add: (row) => rows.push(row) }, warmup: 0, find });
  ledger.startedAt = clock.now();
  for (const chatter of [ann, bob]) chatter.be("in");
});

function hear(receiver: Chatter, sender: string, sequence: number, afterMs = 1): void {
  clock.advance(afterMs);
  ledger.frameCame();
  ledger.receive(receiver, sender, sequence);
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
  ledger.lose(bob);
  ledger.close([ann, bob]);
  expect(ledger.tally).toMatchObject({ sent: 2, expected: 3, received: 2, outstanding: 1, unsent: 1 });
});

test("a message that comes once too often is repeated, one of nobody here is foreign", () => {
  ledger.send(ann, 0);
  for (const receiver of [ann, bob, bob]) hear(receiver, "ann", 1);
  hear(bob, "ann", 2);
  hear(bob, "cleo", 1);
  expect(ledger.tally).toMatchObject({ received: 2, repeated: 1, foreign: 2 });
});
