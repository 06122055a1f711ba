import { expect, test } from "bun:test";
import { FakeBooks } from "../ledger/fake-books.ts";
import { Departures } from "./departures.ts";

const PATIENCE_MS = 5000;

/** Bob leaves, and these are the books, and who may go by now. */
function leaving(books: FakeBooks) {
  const departures = new Departures();
  const { clock, bob } = books;
  bob.bow(clock.now() * 1000);
  departures.add(bob);
  return { gone: () => departures.take(clock.now() * 1000, PATIENCE_MS).map(({ id }) => id) };
}

test("who has got everything goes at once, and nobody goes twice", () => {
  const books = new FakeBooks();
  books.say(books.ann);
  books.clock.advance(1);
  const { gone } = leaving(books);
  expect(gone()).toEqual([]);
  books.hear(books.bob, "ann", 1);
  expect([gone(), gone()]).toEqual([["bob"], []]);
});

test("who waits in vain goes when patience is over", () => {
  const books = new FakeBooks();
  books.say(books.ann);
  books.clock.advance(1);
  const { gone } = leaving(books);
  books.clock.advance(PATIENCE_MS - 1);
  expect(gone()).toEqual([]);
  books.clock.advance(1);
  expect(gone()).toEqual(["bob"]);
});

test("in a shared room it stays until what was said before is known, and has come", () => {
  const books = new FakeBooks({ isShared: true });
  const { clock, bob, ledger } = books;
  clock.advance(10);
  const before = clock.now() * 1000 - 5000;
  const { gone } = leaving(books);
  expect(gone()).toEqual([]);
  clock.advance(100);
  books.learn("far.7.1", 1, before);
  clock.advance(400);
  expect(gone()).toEqual([]);
  books.hear(bob, "far.7.1", 1);
  expect(gone()).toEqual(["bob"]);
  expect(ledger.tally).toMatchObject({ expected: 2, received: 1, outstanding: 1 });
});

test("in a shared room it does not wait for what was said before it came, and is known since", () => {
  const books = new FakeBooks({ isShared: true });
  const { clock } = books;
  books.learn("far.7.1", 1, clock.now() * 1000 - 5000);
  clock.advance(10);
  const { gone } = leaving(books);
  clock.advance(400);
  expect(gone()).toEqual(["bob"]);
});
