import { describe, expect, test } from "bun:test";
import { FakeClock } from "../../lib/clock.ts";
import { seededRandom } from "../../lib/random.ts";
import type { ChatMessage } from "../../protocol/message.ts";
import { brokerContract, CONTRACT_HISTORY, CONTRACT_HISTORY_TTL } from "../broker.contract.ts";
import { DEDUPE_WINDOW_MS } from "../broker.ts";
import { DedupeWindow } from "../dedupe.ts";
import { Backlog } from "./backlog.ts";
import { MemoryBroker } from "./memory-broker.ts";

brokerContract("the memory broker", async () => {
  const clock = new FakeClock();
  const limits = { history: CONTRACT_HISTORY, historyTtl: CONTRACT_HISTORY_TTL };
  return { broker: new MemoryBroker(limits, clock, seededRandom(1)), clock };
});

describe("the memory broker without history", () => {
  test("orders and delivers, and holds nothing", async () => {
    const broker = new MemoryBroker({ history: 0 }, new FakeClock(), seededRandom(1));
    const heard: number[] = [];
    const { position } = await broker.subscribe("r", (messages) => {
      heard.push(...messages.map(({ offset }) => offset));
    });
    const message = {
      messageId: 1,
      sender: "ann",
      text: "hi",
      sentAt: "2026-01-31T12:00:00Z",
      session: null,
    };
    await broker.publish("r", message);
    await broker.publish("r", message);
    expect(heard).toEqual([1, 2]);
    const nothing = { epoch: position.epoch, head: 2, messages: [] };
    expect(await broker.history("r", null, 10)).toEqual({ ...nothing, complete: true });
    expect(await broker.history("r", position, 10)).toEqual({ ...nothing, complete: false });
    expect(await broker.history("r", { ...position, offset: 2 }, 10)).toEqual({ ...nothing, complete: true });
  });
});

describe("limits on memory", () => {
  const says = (text: string) => ({
    messageId: 1,
    sender: "ann",
    text,
    sentAt: "2026-01-31T12:00:00Z",
    session: null,
  });

  test("what is older than the time to live is gone", async () => {
    const clock = new FakeClock();
    const broker = new MemoryBroker({ history: 10, historyTtl: 60_000 }, clock, seededRandom(1));
    await broker.publish("r", says("1"));
    clock.advance(50_000);
    await broker.publish("r", says("2"));
    clock.advance(20_000);
    const { messages, epoch } = await broker.history("r", null, 10);
    expect(messages.map(({ offset }) => offset)).toEqual([2]);
    expect((await broker.history("r", { epoch, offset: 0 }, 10)).complete).toBe(false);
    await broker.close();
  });

  test("over the budget, the room that was silent longest gives first, and order stays whole", async () => {
    const broker = new MemoryBroker(
      { history: 100, historyBytes: 10 * 1500 },
      new FakeClock(),
      seededRandom(1),
    );
    const big = says("x".repeat(1200));
    for (let i = 0; i < 5; i++) await broker.publish("old", big);
    for (let i = 0; i < 5; i++) await broker.publish("new", big);
    for (let i = 0; i < 3; i++) await broker.publish("new", big);
    const offsets = async (room: string) =>
      (await broker.history(room, null, 100)).messages.map(({ offset }) => offset);
    expect(await offsets("old")).toEqual([4, 5]);
    expect(await offsets("new")).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (let i = 0; i < 20; i++) await broker.publish("new", big);
    expect(await offsets("old")).toEqual([]);
    expect((await offsets("new")).at(-1)).toBe(28);
    expect(await offsets("new")).toHaveLength(10);
    await broker.close();
  });

  test("rooms that come and go leave nothing behind", async () => {
    const clock = new FakeClock();
    const broker = new MemoryBroker({ history: 10, historyTtl: 60_000 }, clock, seededRandom(1));
    for (let i = 0; i < 100_000; i++) {
      const { unsubscribe } = await broker.subscribe(`silent-${i}`, () => {});
      unsubscribe();
    }
    clock.advance(31_000);
    broker.sweep();
    expect(broker.size).toBe(0);
    for (let i = 0; i < 1000; i++) {
      const { unsubscribe } = await broker.subscribe(`chatty-${i}`, () => {});
      await broker.publish(`chatty-${i}`, says("hi"));
      unsubscribe();
    }
    expect(broker.size).toBe(1000);
    clock.advance(3 * DEDUPE_WINDOW_MS);
    broker.sweep();
    expect(broker.size).toBe(0);
    await broker.close();
  });
});

describe("Backlog", () => {
  const message = (offset: number): ChatMessage => ({
    room: "r",
    offset,
    messageId: offset,
    sender: "ann",
    text: "hi",
    sentAt: "2026-01-31T12:00:00Z",
  });
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  test("holds the newest messages under their offsets, whatever is dropped", () => {
    for (const capacity of [1, 2, 3, 7, 100]) {
      const backlog = new Backlog();
      expect([backlog.head, backlog.first, backlog.slice(1, 10)]).toEqual([0, 1, []]);
      for (let offset = 1; offset <= 300; offset++) {
        backlog.push(message(offset), offset);
        if (backlog.count > capacity) backlog.dropOldest();
        const first = Math.max(1, offset - capacity + 1);
        expect([backlog.head, backlog.first]).toEqual([offset, first]);
        expect(backlog.slice(0, 1000).map((held) => held.offset)).toEqual(range(first, offset));
        expect(backlog.slice(first + 1, offset - 1).map((held) => held.offset)).toEqual(
          range(first + 1, offset - 1),
        );
      }
    }
  });

  test("has no messages outside what it holds", () => {
    const backlog = new Backlog();
    for (const offset of [1, 2, 3]) backlog.push(message(offset), 0);
    backlog.dropOldest();
    expect(backlog.slice(-5, 1)).toEqual([]);
    expect(backlog.slice(4, 9)).toEqual([]);
    expect(backlog.slice(3, 2)).toEqual([]);
  });

  test("empty, it weighs nothing, and goes on counting", () => {
    const backlog = new Backlog();
    for (const offset of [1, 2, 3]) backlog.push(message(offset), offset);
    backlog.dropOlderThan(3);
    expect(backlog.first).toBe(3);
    backlog.dropOlderThan(4);
    backlog.dropOldest();
    expect([backlog.bytes, backlog.count, backlog.head, backlog.first]).toEqual([0, 0, 3, 4]);
  });
});

describe("DedupeWindow", () => {
  test("remembers for one to two windows, whenever the item came", () => {
    for (let came = 0; came < 3 * DEDUPE_WINDOW_MS; came += DEDUPE_WINDOW_MS / 8) {
      for (const looks of [[], [came + 1], [came + DEDUPE_WINDOW_MS / 2]]) {
        const dedupe = new DedupeWindow(0);
        dedupe.set("key", 7, came);
        for (const look of looks) expect(dedupe.get("key", look)).toBe(7);
        expect(dedupe.get("key", came + DEDUPE_WINDOW_MS)).toBe(7);
        expect(dedupe.get("key", came + 3 * DEDUPE_WINDOW_MS)).toBeUndefined();
      }
    }
  });

  test("knows only what it was told", () => {
    const dedupe = new DedupeWindow(0);
    dedupe.set("key", 7, 0);
    expect(dedupe.get("other", 0)).toBeUndefined();
  });
});
