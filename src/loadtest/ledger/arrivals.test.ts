import { describe, expect, test } from "bun:test";
import { fakeMessage } from "../chatter/fake-message.ts";
import { TestRoom } from "../crowd/room.ts";
import { FakeBooks } from "./fake-books.ts";

const FRAME = [1, 2, 3].map((sequence) => fakeMessage("ann", sequence));

/** Ann has said the three messages of the frame, a millisecond apart. */
function said(): FakeBooks {
  const books = new FakeBooks();
  for (const _ of FRAME) {
    books.clock.advance(1);
    books.say(books.ann);
  }
  return books;
}

describe("a frame of many messages that comes to many", () => {
  test("is entered for all of them at once, each with its own time", () => {
    const books = said();
    const { ledger, ann, bob, rows } = books;
    books.hearAll(ann, FRAME);
    books.hearAll(bob, FRAME);
    expect(ledger.tally).toMatchObject({ received: 0, outstanding: 6 });
    ledger.settle();
    expect(ledger.tally).toMatchObject({ sent: 3, expected: 6, received: 6, outstanding: 0, reached: 3 });
    // Said 3, 2 and 1 ms before the first of them heard it.
    expect(ledger.tally.fromSent.percentiles([1, 50, 100])).toEqual([1000, 2000, 4000]);
    expect([ann.heard, bob.heard, ledger.receivedEver]).toEqual([3, 3, 6]);
    expect(rows.filter((row) => row.includes("Received"))).toHaveLength(6);
  });

  test("is entered once, also when it comes to the next after the first is in the books", () => {
    const books = said();
    const { ledger, ann, bob } = books;
    books.hearAll(ann, FRAME);
    ledger.settle();
    books.hearAll(bob, FRAME, 5);
    ledger.settle();
    ledger.settle();
    expect(ledger.tally).toMatchObject({ received: 6, repeated: 0, outstanding: 0 });
  });

  test("that comes to somebody twice is repeated, all of it", () => {
    const books = said();
    const { ledger, ann, bob } = books;
    for (const receiver of [ann, bob, bob]) books.hearAll(receiver, FRAME);
    ledger.settle();
    expect(ledger.tally).toMatchObject({ received: 6, repeated: 3, outstanding: 0 });
  });

  test("and holds one of them twice has it once too often for each of them", () => {
    const books = said();
    const { ledger, ann, bob } = books;
    const doubled = [...FRAME, FRAME[1]!];
    for (const receiver of [ann, bob]) books.hearAll(receiver, doubled);
    ledger.settle();
    expect(ledger.tally).toMatchObject({ expected: 6, received: 6, repeated: 2, outstanding: 0 });
    expect([ann.heard, bob.heard]).toEqual([3, 3]);
  });

  test("and holds one of them twice has it once too often, also while others still wait for it", () => {
    const books = said();
    books.hearAll(books.ann, [FRAME[0]!, FRAME[0]!, FRAME[0]!]);
    books.ledger.settle();
    expect(books.ledger.tally).toMatchObject({ received: 2, repeated: 1, outstanding: 4 });
  });

  test("counts for who came in its midst from then on", () => {
    const books = new FakeBooks();
    const { ledger, ann, bob, clock } = books;
    books.say(ann);
    clock.advance(1);
    const cleo = books.comes("cleo");
    for (const _ of [1, 2]) books.say(ann);
    for (const receiver of [ann, bob, cleo]) books.hearAll(receiver, FRAME);
    ledger.settle();
    expect(ledger.tally).toMatchObject({ expected: 8, received: 8, repeated: 0, outstanding: 0 });
    expect([bob.heard, cleo.heard]).toEqual([3, 2]);
  });

  test("that comes in another room than it was said in is foreign there", () => {
    const books = said();
    const cleo = books.comes("cleo", new TestRoom("elsewhere"));
    for (const receiver of [books.ann, cleo, books.bob]) books.hearAll(receiver, FRAME);
    books.ledger.settle();
    expect(books.ledger.tally).toMatchObject({ received: 6, foreign: 3, outstanding: 0 });
  });
});

describe("what is none of the test's is foreign, each time it comes", () => {
  test("also where nothing tells who has said it", () => {
    const books = said();
    const strange = { ...fakeMessage("guest", 1), messageId: null };
    for (const receiver of [books.ann, books.bob]) books.hearAll(receiver, [FRAME[0]!, strange]);
    books.ledger.settle();
    expect(books.ledger.tally).toMatchObject({ received: 2, foreign: 2 });
    books.hearAll(books.bob, [strange]);
    books.ledger.close();
    expect(books.ledger.tally.foreign).toBe(3);
  });

  test("also in a shared room, and while another process may still tell of the rest of its frame", () => {
    const books = new FakeBooks({ isShared: true });
    books.hearAll(books.ann, [fakeMessage("stranger", 1), fakeMessage("far.7.1", 1)]);
    books.ledger.settle();
    books.ledger.settle();
    expect(books.ledger.tally.foreign).toBe(1);
  });
});

describe("one message of a frame that another process has not told", () => {
  test("waits without the others, and is foreign if it is never told", () => {
    const books = new FakeBooks({ isShared: true });
    const { ledger, ann, bob } = books;
    books.say(ann);
    const frame = [fakeMessage("ann", 1), fakeMessage("far.7.1", 1)];
    for (const receiver of [ann, bob]) books.hearAll(receiver, frame);
    ledger.settle();
    expect(ledger.tally).toMatchObject({ received: 2, outstanding: 0, foreign: 0 });
    ledger.close();
    expect(ledger.tally).toMatchObject({ received: 2, foreign: 2 });
  });

  test("is entered with the times at which it came once it is told", () => {
    const books = new FakeBooks({ isShared: true });
    const { ledger, ann, bob, clock } = books;
    const sentUs = Math.round(clock.now() * 1000);
    const frame = [fakeMessage("far.7.1", 1)];
    for (const receiver of [ann, bob]) books.hearAll(receiver, frame);
    ledger.settle();
    clock.advance(500);
    books.learn("far.7.1", 1, sentUs);
    ledger.settle();
    expect(ledger.tally).toMatchObject({ expected: 2, received: 2, outstanding: 0 });
    expect(ledger.tally.fromSent.max).toBe(2000);
  });

  test("is of the room in which it was said, whoever gets it first", () => {
    const books = new FakeBooks({ isShared: true });
    const { ledger, ann, bob } = books;
    const cleo = books.comes("cleo", new TestRoom("other", 8, true));
    const frame = [fakeMessage("far.7.1", 1)];
    books.hearAll(cleo, frame);
    ledger.settle();
    books.learn("far.7.1", 1);
    for (const receiver of [ann, bob]) books.hearAll(receiver, frame);
    ledger.settle();
    expect(ledger.tally).toMatchObject({ expected: 2, received: 2, foreign: 1, outstanding: 0 });
  });
});

for (const isShared of [false, true]) {
  describe(`of who has left, out of a room that is ${isShared ? "" : "not "}shared,`, () => {
    test("a message is known for a while: it is repeated, and no matter to who came later", () => {
      const books = new FakeBooks({ isShared });
      const { ledger, ann, bob, clock } = books;
      books.say(bob);
      ledger.forget(bob.author);
      for (const receiver of [ann, bob]) books.hear(receiver, "bob", 1);
      const cleo = books.comes("cleo");
      books.say(ann);
      books.hearAll(cleo, [fakeMessage("bob", 1), fakeMessage("ann", 1)]);
      ledger.settle();
      expect(ledger.tally).toMatchObject({ received: 3, foreign: 0, repeated: 0 });
      books.hear(ann, "bob", 1);
      expect(ledger.tally).toMatchObject({ received: 3, foreign: 0, repeated: 1 });
      clock.advance(10_000);
      ledger.settle();
      books.hear(ann, "bob", 1);
      expect(ledger.tally).toMatchObject({ received: 3, foreign: 1, repeated: 1 });
    });
  });
}

test("who came while the test ran hears a copy too many as everyone does", () => {
  const books = new FakeBooks();
  const { ledger, ann, bob, clock } = books;
  clock.advance(1);
  const cleo = books.comes("cleo");
  books.say(ann);
  for (const receiver of [ann, bob, cleo]) books.hear(receiver, "ann", 1);
  for (const receiver of [ann, bob, cleo]) books.hear(receiver, "ann", 1);
  expect(ledger.tally).toMatchObject({ expected: 3, received: 3, repeated: 3 });
});
