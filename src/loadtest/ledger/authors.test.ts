import { expect, test } from "bun:test";
import { TestRoom } from "../crowd/room.ts";
import { Author } from "./author.ts";
import { Authors } from "./authors.ts";
import { Tally } from "./tally.ts";

const ROOM = new TestRoom("r", 7, true);
const TALLY = new Tally();
const LONG_US = 60_000_000;

/** An author of whom a message is under way. */
function saysOne(author: Author): Author {
  const saying = { scheduledUs: 0, sentUs: 0, members: 1, second: 0, counts: true };
  author.flights.set(++author.sequence, TALLY.follow(saying));
  return author;
}

test("nothing is kept for long of who has left, once all that it said has arrived", () => {
  const authors = new Authors(() => false);
  const ann = saysOne(new Author("ann", ROOM));
  authors.enter(ann);
  authors.forget(ann);
  authors.age(LONG_US);
  expect([...authors]).toEqual([ann]);
  authors.land(ann, 1, LONG_US);
  authors.age(LONG_US);
  expect([ann.flights.size, [...authors].length]).toEqual([1, 1]);
  authors.age(2 * LONG_US);
  expect([ann.flights.size, [...authors].length]).toEqual([0, 0]);
});

test("those of this process stay as long as they are there, those of others come anew with what they say", () => {
  const authors = new Authors((id) => id.startsWith("far."));
  const ann = saysOne(new Author("ann", ROOM));
  authors.enter(ann);
  const far = saysOne(authors.remoteIn(ROOM, "far.7.1"));
  for (const author of [ann, far]) authors.land(author, 1, 0);
  authors.age(LONG_US);
  expect([...authors]).toEqual([ann]);
  expect(["ann", "bob", "far.7.1", "far.7.2"].map((id) => authors.isElsewhere(id))).toEqual([
    ...[false, false],
    ...[true, true],
  ]);
  expect(authors.remoteIn(ROOM, "far.7.1")).not.toBe(far);
});

test("however much is said, no more than so many messages are remembered", () => {
  const authors = new Authors(() => false);
  const ann = new Author("ann", ROOM);
  for (let i = 0; i < 30_000; i++) {
    saysOne(ann);
    authors.land(ann, ann.sequence, 0);
  }
  authors.age(0);
  expect(ann.flights.size).toBe(20_000);
  expect([10_000, 10_001].map((sequence) => ann.flights.has(sequence))).toEqual([false, true]);
});
