import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { FakeClock } from "../lib/clock.ts";
import { type Random, seededRandom } from "../lib/random.ts";
import { until } from "../lib/test-until.ts";
import type { ChatMessage } from "../protocol/message.ts";
import { type Broker, DEDUPE_WINDOW_MS, type Publication, type Subscription } from "./broker.ts";

/**
 * A broker to be judged, fresh and empty, which keeps `CONTRACT_HISTORY` messages per room, each of them for
 * `CONTRACT_HISTORY_TTL` where its clock can be moved.
 */
export interface ContractSubject {
  broker: Broker;
  /** The broker's time, where it can be moved; without it nothing is measured that takes minutes. */
  clock?: FakeClock;
  /** The dedupe window is measured by another clock than that. */
  hasOtherDedupeClock?: boolean;
  /** Called after `broker.close()`. */
  cleanUp?: () => Promise<void>;
}

/** Messages per room that the brokers under test keep. */
export const CONTRACT_HISTORY = 50;

/** How long they keep them, milliseconds. */
export const CONTRACT_HISTORY_TTL = 60_000;

/** `BROKER_SEED=7 bun test …` repeats a run. */
const SEED = Number(process.env.BROKER_SEED ?? Math.floor(Math.random() * 2 ** 32));
const SESSION = "session-0123456789";

/** The promises of `Broker`, the same for every implementation. */
export function brokerContract(name: string, make: () => Promise<ContractSubject>): void {
  describe(`${name} keeps the broker's promises`, () => {
    let subject: ContractSubject;
    let broker: Broker;
    let closed: boolean;

    beforeEach(async () => {
      subject = await make();
      broker = subject.broker;
      closed = false;
    });
    afterEach(async () => {
      if (!closed) await broker.close();
      await subject.cleanUp?.();
    });

    const publishMany = async (room: string, count: number, first = 1) => {
      for (let number = first; number < first + count; number++) await broker.publish(room, says(number));
    };

    describe("order", () => {
      test("offsets are 1, 2, 3 … within one epoch", async () => {
        const published = [];
        for (let number = 1; number <= 5; number++) published.push(await broker.publish("r", says(number)));
        expect(published.map(({ offset }) => offset)).toEqual([1, 2, 3, 4, 5]);
        expect(new Set(published.map(({ epoch }) => epoch)).size).toBe(1);
        expect(published.every(({ duplicate }) => !duplicate)).toBe(true);
        expect(published[0]!.epoch).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      });

      test("publishes without waiting get offsets without holes, one sender's in its order", async () => {
        const published = await Promise.all(range(1, 40).map((number) => broker.publish("r", says(number))));
        expect(published.map(({ offset }) => offset)).toEqual(range(1, 40));
        const { messages } = await broker.history("r", null, 40);
        expect(messages.map(({ text }) => text)).toEqual(range(1, 40).map(String));
      });

      test("rooms do not know each other", async () => {
        const heard = await listen(broker, "a");
        await publishMany("a", 2);
        expect(await broker.publish("b", says(1))).toMatchObject({ offset: 1, duplicate: false });
        expect(await broker.publish("a", says(3))).toMatchObject({ offset: 3 });
        await heard.until(3);
        expect(heard.messages.map(({ room }) => room)).toEqual(["a", "a", "a"]);
        expect((await broker.history("b", null, 10)).messages).toHaveLength(1);
      });

      test("any name is a room of its own", async () => {
        const rooms = ["", " ", "a", "A", "a:b", "{a}", "ä", "💬", "__proto__", "a\u0000b", "x".repeat(128)];
        for (const room of rooms) {
          const first = { ...says(1), text: `in ${room}` };
          expect(await broker.publish(room, first)).toMatchObject({ offset: 1, duplicate: false });
        }
        for (const room of rooms) {
          const { messages } = await broker.history(room, null, 10);
          expect(messages.map(({ text, room }) => [text, room])).toEqual([[`in ${room}`, room]]);
        }
      });

      test("all subscribers hear the same, in the same order", async () => {
        const all = await Promise.all([listen(broker, "r"), listen(broker, "r"), listen(broker, "r")]);
        await Promise.all(range(1, 30).map((number) => broker.publish("r", says(number))));
        for (const heard of all) {
          await heard.until(30);
          expect(heard.offsets()).toEqual(range(1, 30));
          expect(heard.messages).toEqual(all[0]!.messages);
        }
      });

      test("also when a subscriber publishes out of its delivery", async () => {
        let answered = false;
        const answer = (messages: readonly ChatMessage[]) => {
          if (answered || messages[0]!.text !== "1") return;
          answered = true;
          void broker.publish("r", says(2));
        };
        const first = await listen(broker, "r", answer);
        const second = await listen(broker, "r");
        await broker.publish("r", says(1));
        await first.until(2);
        await second.until(2);
        expect([first.offsets(), second.offsets()]).toEqual([
          [1, 2],
          [1, 2],
        ]);
      });
    });

    describe("what a message holds", () => {
      test("comes out of a delivery and out of history as it went in", async () => {
        const heard = await listen(broker, "r");
        const texts = ["hi", "ä 💬 \u202e", 'quote " back \\ slash', "line\nand\ttab", "x".repeat(60_000)];
        for (const [index, text] of texts.entries()) {
          await broker.publish("r", {
            ...says(index),
            text,
            messageId: index % 2 === 0 ? index : `id ${index}`,
          });
        }
        await heard.until(texts.length);
        const expected = texts.map((text, index) => ({
          room: "r",
          offset: index + 1,
          messageId: index % 2 === 0 ? index : `id ${index}`,
          sender: "ann",
          text,
          sentAt: "2026-01-31T12:00:00.000Z",
        }));
        expect(heard.messages).toEqual(expected);
        expect((await broker.history("r", null, 10)).messages).toEqual(expected);
      });
    });

    describe("history", () => {
      test("of a room in which nothing was said is empty and complete", async () => {
        const page = await broker.history("r", null, 10);
        expect(page).toMatchObject({ head: 0, messages: [], complete: true });
        const { epoch } = page;
        expect(await broker.history("r", { epoch, offset: 0 }, 10)).toEqual(page);
        expect((await broker.publish("r", says(1))).epoch).toBe(epoch);
      });

      test("holds what publish resolved", async () => {
        for (let number = 1; number <= 10; number++) {
          const { epoch, offset } = await broker.publish("r", says(number));
          const page = await broker.history("r", { epoch, offset: offset - 1 }, 1);
          expect(page).toMatchObject({ epoch, head: number, complete: true });
          expect(page.messages[0]).toMatchObject({ offset, text: String(number) });
        }
      });

      test("gives the newest, oldest of them first", async () => {
        await publishMany("r", 20);
        expect(offsetsOf(await broker.history("r", null, 5))).toEqual(range(16, 20));
        expect(offsetsOf(await broker.history("r", null, 100))).toEqual(range(1, 20));
        expect(await broker.history("r", null, 0)).toMatchObject({ head: 20, messages: [], complete: true });
      });

      test("gives what came after a position, page by page", async () => {
        await publishMany("r", 20);
        const { epoch } = await broker.history("r", null, 1);
        const page = await broker.history("r", { epoch, offset: 4 }, 6);
        expect(page).toMatchObject({ epoch, head: 20, complete: true });
        expect(offsetsOf(page)).toEqual(range(5, 10));
        expect(offsetsOf(await broker.history("r", { epoch, offset: 10 }, 100))).toEqual(range(11, 20));
        expect(await broker.history("r", { epoch, offset: 20 }, 6)).toMatchObject({
          head: 20,
          messages: [],
          complete: true,
        });
      });

      test("is bounded, and says when something is gone", async () => {
        const total = CONTRACT_HISTORY * 2 + 7;
        const oldest = total - CONTRACT_HISTORY + 1;
        await publishMany("r", total);
        const all = await broker.history("r", null, total);
        expect(all).toMatchObject({ head: total, complete: true });
        expect(offsetsOf(all)).toEqual(range(oldest, total));

        const { epoch } = all;
        const early = await broker.history("r", { epoch, offset: 3 }, 5);
        expect(early).toMatchObject({ head: total, complete: false });
        expect(offsetsOf(early)).toEqual(range(oldest, oldest + 4));
        const lastGone = await broker.history("r", { epoch, offset: oldest - 2 }, 5);
        expect(lastGone.complete).toBe(false);
        const firstHeld = await broker.history("r", { epoch, offset: oldest - 1 }, 5);
        expect(firstHeld.complete).toBe(true);
        expect(offsetsOf(firstHeld)).toEqual(range(oldest, oldest + 4));
      });

      test("is a page whose beginning has expired: what is left of the log, not of the page", async () => {
        const { clock } = subject;
        if (clock === undefined) return; // Nobody waits a minute here.
        await publishMany("r", 40);
        clock.advance(CONTRACT_HISTORY_TTL + 1);
        await publishMany("r", 10, 41);
        const { epoch } = await broker.history("r", null, 0);
        const after = async (offset: number, limit: number) => {
          const page = await broker.history("r", { epoch, offset }, limit);
          return { head: page.head, complete: page.complete, offsets: offsetsOf(page) };
        };
        expect(await after(0, 25)).toEqual({ head: 50, complete: false, offsets: range(41, 50) });
        expect(await after(39, 5)).toEqual({ head: 50, complete: false, offsets: range(41, 45) });
        expect(await after(40, 5)).toEqual({ head: 50, complete: true, offsets: range(41, 45) });
        expect(await after(50, 5)).toEqual({ head: 50, complete: true, offsets: [] });
        expect(offsetsOf(await broker.history("r", null, 25))).toEqual(range(41, 50));
        expect(offsetsOf(await broker.history("r", null, 5))).toEqual(range(46, 50));

        clock.advance(CONTRACT_HISTORY_TTL + 1);
        expect(await after(45, 5)).toEqual({ head: 50, complete: false, offsets: [] });
        expect(await after(50, 5)).toEqual({ head: 50, complete: true, offsets: [] });
      });

      test("after a position of another epoch is what there is, incomplete", async () => {
        await publishMany("r", 3);
        const page = await broker.history("r", { epoch: "elsewhere", offset: 2 }, 10);
        expect(page.epoch).not.toBe("elsewhere");
        expect(page).toMatchObject({ head: 3, complete: false });
        expect(offsetsOf(page)).toEqual([1, 2, 3]);
      });

      test("after an offset that was never given is what there is, incomplete", async () => {
        await publishMany("r", 3);
        const { epoch } = await broker.history("r", null, 1);
        const page = await broker.history("r", { epoch, offset: 4 }, 10);
        expect(page).toMatchObject({ head: 3, complete: false });
        expect(offsetsOf(page)).toEqual([1, 2, 3]);
      });
    });

    describe("a repeated message", () => {
      test("gets its first offset and is delivered once", async () => {
        const heard = await listen(broker, "r");
        const first = await broker.publish("r", says(1, SESSION));
        await broker.publish("r", says(2, SESSION));
        const again = await broker.publish("r", { ...says(1, SESSION), text: "changed", sender: "bob" });
        expect(again).toEqual({ epoch: first.epoch, offset: 1, duplicate: true });
        await broker.publish("r", says(3, SESSION));
        await heard.until(3);
        expect(heard.messages.map(({ text }) => text)).toEqual(["1", "2", "3"]);
        expect((await broker.history("r", null, 10)).messages).toHaveLength(3);
      });

      test("is recognised while the first is on its way", async () => {
        const published = await Promise.all(range(1, 8).map(() => broker.publish("r", says(1, SESSION))));
        expect(published.map(({ offset }) => offset)).toEqual(range(1, 8).map(() => 1));
        expect(published.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
        expect((await broker.history("r", null, 10)).head).toBe(1);
      });

      test("is another one in another session, in another room, or without a session", async () => {
        for (const session of ["session-a-0123456789", "session-b-0123456789", null, null]) {
          expect((await broker.publish("r", says(1, session))).duplicate).toBe(false);
        }
        expect((await broker.publish("s", says(1, "session-a-0123456789"))).duplicate).toBe(false);
        expect((await broker.history("r", null, 10)).head).toBe(4);
      });

      test('is another one when the id is "1" and not 1', async () => {
        const ids = [1, "1", '"1', '1"', "01"];
        for (const messageId of ids) {
          expect(await broker.publish("r", { ...says(1, SESSION), messageId })).toMatchObject({
            duplicate: false,
          });
        }
        for (const [index, messageId] of ids.entries()) {
          const again = await broker.publish("r", { ...says(1, SESSION), messageId });
          expect(again).toMatchObject({ offset: index + 1, duplicate: true });
        }
      });

      test("is recognised after history has lost it", async () => {
        await broker.publish("r", says(0, SESSION));
        await publishMany("r", CONTRACT_HISTORY + 1);
        expect(await broker.publish("r", says(0, SESSION))).toMatchObject({ offset: 1, duplicate: true });
      });

      test("is recognised for as long as promised, and not for ever", async () => {
        const { clock, hasOtherDedupeClock = false } = subject;
        if (clock === undefined || hasOtherDedupeClock) return; // Nobody waits two minutes here.
        for (const wait of [0, 1, DEDUPE_WINDOW_MS / 2, DEDUPE_WINDOW_MS - 1]) {
          clock.advance(wait);
          const room = `after ${wait}`;
          await broker.publish(room, says(1, SESSION));
          clock.advance(DEDUPE_WINDOW_MS - 1);
          await broker.publish(room, says(2, SESSION));
          expect(await broker.publish(room, says(1, SESSION))).toMatchObject({ offset: 1, duplicate: true });
          clock.advance(DEDUPE_WINDOW_MS * 3);
          expect(await broker.publish(room, says(1, SESSION))).toMatchObject({ offset: 3, duplicate: false });
        }
      });
    });

    describe("a subscription", () => {
      test("starts where the log stands", async () => {
        await publishMany("r", 3);
        const heard = await listen(broker, "r");
        const { epoch } = await broker.history("r", null, 1);
        expect(heard.position).toEqual({ epoch, offset: 3 });
        await publishMany("r", 2, 4);
        await heard.until(5);
        expect(heard.offsets()).toEqual([4, 5]);
      });

      test("before the first message starts at 0, in the epoch that follows", async () => {
        const heard = await listen(broker, "r");
        expect(heard.position.offset).toBe(0);
        expect((await broker.publish("r", says(1))).epoch).toBe(heard.position.epoch);
        await heard.until(1);
      });

      test("ends at once", async () => {
        const heard = await listen(broker, "r");
        const witness = await listen(broker, "r");
        await publishMany("r", 1);
        await Promise.all([heard.until(1), witness.until(1)]);
        heard.unsubscribe();
        heard.unsubscribe();
        await publishMany("r", 3, 2);
        await witness.until(4);
        expect(heard.offsets()).toEqual([1]);
      });

      test("can be begun again", async () => {
        (await listen(broker, "r")).unsubscribe();
        await publishMany("r", 2);
        const heard = await listen(broker, "r");
        await publishMany("r", 1, 3);
        await heard.until(3);
        expect(heard.offsets()).toEqual([3]);
      });

      test("is one of two, even of the same function", async () => {
        const offsets: number[] = [];
        const take = (messages: readonly ChatMessage[]) => {
          for (const { offset } of messages) offsets.push(offset);
        };
        const one = await broker.subscribe("r", take);
        await broker.subscribe("r", take);
        await broker.publish("r", says(1));
        await until(() => offsets.length >= 2, "both deliveries");
        one.unsubscribe();
        await broker.publish("r", says(2));
        await until(() => offsets.includes(2), "the delivery to the other");
        await broker.publish("r", says(3));
        await until(() => offsets.includes(3), "the next delivery");
        expect(offsets.sort()).toEqual([1, 1, 2, 3]);
      });

      test("made within a delivery starts after it", async () => {
        const late: { heard?: Promise<Listener> } = {};
        const first = await listen(broker, "r", () => {
          late.heard ??= listen(broker, "r");
        });
        await broker.publish("r", says(1));
        await first.until(1);
        const heard = await late.heard!;
        await publishMany("r", 2, 2);
        await heard.until(3);
        expect(heard.offsets()).toEqual(range(heard.position.offset + 1, 3));
      });
    });

    test("close ends all deliveries", async () => {
      const heard = await listen(broker, "r");
      await publishMany("r", 1);
      await heard.until(1);
      await broker.close();
      closed = true;
      heard.unsubscribe();
      expect(heard.offsets()).toEqual([1]);
    });

    // Enough rounds for many different interleavings; few enough for a broker behind a network.
    for (const round of range(0, 7)) {
      const seed = (SEED + round) >>> 0;
      test(`no subscriber ever misses or repeats a message (BROKER_SEED=${seed})`, async () => {
        await storm(broker, seededRandom(seed));
      });
    }
  });
}

/** Publishers, subscribers and readers of two rooms act at once, in an order that chance makes. */
async function storm(broker: Broker, random: Random): Promise<void> {
  const rooms = ["one", "two"];
  const published = new Map<string, Map<number, string>>(rooms.map((room) => [room, new Map()]));
  const listeners: Array<{ room: string; heard: Listener; end: number | null }> = [];
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;

  const publisher = async (id: number) => {
    const session = `publisher-${id}-0123456789`;
    for (let number = 1; number <= 40; number++) {
      const room = pick(rooms);
      const text = `${id}/${number}`;
      const first = broker.publish(room, { ...says(number, session), text });
      const again = random() < 0.2 ? broker.publish(room, { ...says(number, session), text }) : null;
      const { offset, duplicate } = await first;
      expect(duplicate).toBe(false);
      expect(published.get(room)!.has(offset)).toBe(false);
      published.get(room)!.set(offset, text);
      if (again !== null) expect(await again).toMatchObject({ offset, duplicate: true });
      if (random() < 0.3) await pause(random);
    }
  };
  const subscriber = async () => {
    for (let turn = 0; turn < 6; turn++) {
      const room = pick(rooms);
      const known = published.get(room)!.size;
      const heard = await listen(broker, room);
      expect(heard.position.offset).toBeGreaterThanOrEqual(known === 0 ? 0 : 1);
      const entry = { room, heard, end: null as number | null };
      listeners.push(entry);
      for (let n = random() * 4; n > 0; n--) await pause(random);
      if (random() < 0.5) {
        heard.unsubscribe();
        entry.end = heard.messages.length;
      }
    }
  };
  const reader = async () => {
    for (let turn = 0; turn < 20; turn++) {
      const room = pick(rooms);
      const { head, messages, epoch } = await broker.history(room, null, 10);
      expect(messages.map(({ offset }) => offset)).toEqual(range(Math.max(1, head - 9), head));
      if (head > 0) {
        const after = await broker.history(room, { epoch, offset: head - 1 }, 3);
        if (after.complete) expect(after.messages[0]!.offset).toBe(head);
      }
      await pause(random);
    }
  };
  await Promise.all([...range(1, 5).map(publisher), ...range(1, 6).map(subscriber), reader(), reader()]);

  for (const { room, heard, end } of listeners) {
    const log = published.get(room)!;
    const { offset } = heard.position;
    if (end === null) {
      if (log.size > offset) await heard.until(log.size);
    } else expect(heard.messages).toHaveLength(end);
    expect(heard.offsets()).toEqual(range(offset + 1, offset + heard.messages.length));
    for (const message of heard.messages) expect(message.text).toBe(log.get(message.offset)!);
  }
  for (const log of published.values())
    expect([...log.keys()].sort((a, b) => a - b)).toEqual(range(1, log.size));
}

/** Lets others act: a few microtasks, or a turn of the event loop. */
async function pause(random: Random): Promise<void> {
  if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
  else for (let n = random() * 8; n > 0; n--) await null;
}

interface Listener extends Subscription {
  messages: ChatMessage[];
  offsets(): number[];
  /** Waits until the message with this offset has come. */
  until(offset: number): Promise<void>;
}

async function listen(
  broker: Broker,
  room: string,
  also: (messages: readonly ChatMessage[]) => void = () => {},
): Promise<Listener> {
  const messages: ChatMessage[] = [];
  const subscription = await broker.subscribe(room, (batch) => {
    messages.push(...batch);
    also(batch);
  });
  return {
    ...subscription,
    messages,
    offsets: () => messages.map(({ offset }) => offset),
    until: async (offset) => {
      await until(() => messages.some((message) => message.offset >= offset), `offset ${offset}`);
    },
  };
}

function says(number: number, session: string | null = null): Publication {
  return {
    messageId: number,
    sender: "ann",
    text: String(number),
    sentAt: "2026-01-31T12:00:00.000Z",
    session,
  };
}

function offsetsOf({ messages }: { messages: readonly ChatMessage[] }): number[] {
  return messages.map(({ offset }) => offset);
}

/** The whole numbers `from` to `to`, both included. */
function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
