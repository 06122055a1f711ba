import { beforeEach, expect, test } from "bun:test";
import type { FakeClock } from "../../lib/clock.ts";
import type { FakeChatter } from "../chatter/fake-chatter.ts";
import type { TestRoom } from "../crowd/room.ts";
import { FakeBooks } from "./fake-books.ts";
import type { Ledger } from "./ledger.ts";

let books: FakeBooks;
let clock: FakeClock;
let rows: string[];
let room: TestRoom;
let ledger: Ledger;
let ann: FakeChatter;
let bob: FakeChatter;
beforeEach(() => {
  books = new FakeBooks();
  ({ clock, rows, room, ledger, ann, bob } = books);
});

test("what is due while a client is away leaves when it is back, and its delay is real", () => {
  ann.be("away");
  ledger.send(ann, 0);
  ledger.send(ann, 100);
  clock.advance(300);
  expect([ann.sent.length, rows.length, ledger.tally.sent]).toEqual([0, 0, 0]);
  ann.be("in");
  ledger.sendBacklog(ann);
  for (const receiver of [ann, bob]) for (const sequence of [1, 2]) books.hear(receiver, "ann", sequence, 0);
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
  books.hear(ann, "ann", 1);
  expect(ledger.tally).toMatchObject({ expected: 2, received: 1, outstanding: 1 });
  bob.be("in");
  books.hear(bob, "ann", 1, 700);
  expect(ledger.tally).toMatchObject({ received: 2, outstanding: 0, repeated: 0 });
  expect(ledger.tally.fromSent.max).toBe(701_000);
});

test("what was said after a client had gone for good was not for it; what was under way is lost", () => {
  ledger.send(ann, 0);
  books.hear(ann, "ann", 1);
  bob.be("away");
  bob.awaySince = clock.now();
  clock.advance(10);
  ledger.send(ann, 10);
  ledger.send(bob, 10);
  books.hear(ann, "ann", 2);
  bob.be("gone");
  bob.lostAt = clock.now();
  ledger.lose(bob);
  ledger.close();
  expect(ledger.tally).toMatchObject({ sent: 2, expected: 3, received: 2, outstanding: 1, unsent: 1 });
});

test("a message that comes once too often is repeated, one of nobody here is foreign", () => {
  ledger.send(ann, 0);
  for (const receiver of [ann, bob, bob]) books.hear(receiver, "ann", 1);
  books.hear(bob, "ann", 2);
  books.hear(bob, "cleo", 1);
  expect(ledger.tally).toMatchObject({ received: 2, repeated: 1, foreign: 2 });
});

test("who leaves by plan gets what was said before, and is owed nothing of what is said after", () => {
  ledger.send(ann, 0);
  clock.advance(1);
  bob.bow(clock.now() * 1000);
  expect([bob.isDone, room.members]).toEqual([false, 1]);
  ledger.send(ann, 1);
  for (const sequence of [1, 2]) for (const receiver of [ann, bob]) books.hear(receiver, "ann", sequence);
  expect(bob.isDone).toBe(true);
  expect(ledger.tally).toMatchObject({ sent: 2, expected: 3, received: 3, repeated: 0, outstanding: 0 });
});

test("who comes later is owed what is said from then on, and what it gets besides does not count", () => {
  ledger.send(ann, 0);
  clock.advance(1);
  const cleo = books.comes("cleo");
  for (const receiver of [ann, cleo, bob, cleo]) books.hear(receiver, "ann", 1);
  ledger.send(ann, 10);
  for (const receiver of [ann, bob, cleo]) books.hear(receiver, "ann", 2);
  expect(ledger.tally).toMatchObject({ sent: 2, expected: 5, received: 5, repeated: 0, foreign: 0 });
});

test("of a sample all rows of a message are written, or none", () => {
  books = new FakeBooks({ sample: 3 });
  ({ ledger, rows, ann, bob } = books);
  for (let i = 1; i <= 9; i++) {
    ledger.send(ann, 0);
    for (const receiver of [ann, bob]) books.hear(receiver, "ann", i, 0);
  }
  expect(ledger.tally).toMatchObject({ sent: 9, received: 18 });
  const ids = rows.map((row) => row.split(",")[0]);
  expect(rows).toHaveLength(9);
  expect(new Set(ids).size).toBe(3);
});

test("in a room shared with other processes, what they say is learned, before or after it comes", () => {
  books = new FakeBooks({ isShared: true });
  ({ clock, ledger, ann, bob } = books);
  for (const receiver of [ann, bob]) books.hear(receiver, "far.7.1", 1);
  expect(ledger.tally).toMatchObject({ received: 0, foreign: 0 });
  const sentUs = Math.round(clock.now() * 1000) - 2000;
  books.learn("far.7.1", 1, sentUs);
  books.learn("far.7.1", 2);
  books.hear(ann, "far.7.1", 2);
  books.learn("far.7.1", 3);
  ledger.settle();
  expect(ledger.tally).toMatchObject({ sent: 0, expected: 6, received: 3, outstanding: 3, repeated: 0 });
  expect(ledger.tally.fromSent.percentiles([50, 100])).toEqual([1000, 2000]);
  expect(ledger.tally.fromScheduled.percentiles([50])).toEqual([1050]);
  // What it says itself is told to them.
  books.say(ann);
  expect(ledger.takeSayings()).toMatchObject([{ author: "ann", room: 7, sequence: 1, counts: true }]);
  expect(ledger.takeSayings()).toEqual([]);
});

test("what is lost after a client was given up is lost: nobody counted on that client any more", () => {
  bob.be("gone");
  bob.awaySince = clock.now();
  clock.advance(5);
  bob.lostAt = clock.now();
  room.leave(bob, clock.now() * 1000);
  ledger.lose(bob);
  clock.advance(5);
  books.comes("cleo");
  clock.advance(5);
  ledger.send(ann, 15);
  books.hear(ann, "ann", 1);
  ledger.close();
  expect(ledger.tally).toMatchObject({ expected: 2, received: 1, outstanding: 1 });
});
