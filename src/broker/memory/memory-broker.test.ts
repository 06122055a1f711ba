import { describe, expect, test } from "bun:test";
import { FakeClock } from "../../lib/clock.ts";
import { seededRandom } from "../../lib/random.ts";
import { brokerContract, CONTRACT_HISTORY } from "../broker.contract.ts";
import { DEDUPE_WINDOW_MS } from "../broker.ts";
import { DedupeWindow } from "../dedupe.ts";
import { MemoryBroker } from "./memory-broker.ts";
import { Ring } from "./ring.ts";

brokerContract("the memory broker", async () => {
  const clock = new FakeClock();
  return { broker: new MemoryBroker({ history: CONTRACT_HISTORY }, clock, seededRandom(1)), clock };
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

describe("Ring", () => {
  test("holds the newest items under their numbers", () => {
    for (const capacity of [1, 2, 3, 7, 100]) {
      const ring = new Ring<number>(capacity);
      expect([ring.head, ring.first, ring.slice(1, 10)]).toEqual([0, 1, []]);
      for (let number = 1; number <= 20; number++) {
        ring.push(number);
        const first = Math.max(1, number - capacity + 1);
        const held = Array.from({ length: number - first + 1 }, (_, index) => first + index);
        expect([ring.head, ring.first]).toEqual([number, first]);
        expect(ring.slice(1, 100)).toEqual(held);
        expect(ring.slice(number, number)).toEqual([number]);
        expect(ring.slice(first + 1, number - 1)).toEqual(held.slice(1, -1));
      }
    }
  });

  test("has no items outside what it holds", () => {
    const ring = new Ring<string>(2);
    for (const item of ["a", "b", "c"]) ring.push(item);
    expect(ring.slice(-5, 1)).toEqual([]);
    expect(ring.slice(4, 9)).toEqual([]);
    expect(ring.slice(3, 2)).toEqual([]);
  });

  test("of no capacity only counts", () => {
    const ring = new Ring<string>(0);
    ring.push("a");
    expect([ring.head, ring.first, ring.slice(0, 9)]).toEqual([1, 2, []]);
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
