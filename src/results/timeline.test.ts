import { describe, expect, test } from "bun:test";
import { seededRandom } from "../lib/random.ts";
import { Timeline } from "./timeline.ts";

const START_US = 1_763_683_200_000_000;
const SECOND_US = 1_000_000;

describe("Timeline", () => {
  test("is null when nothing happened", () => expect(new Timeline().summary()).toBeNull());

  test("counts by second, and latencies belong to the second in which a message was due", () => {
    const timeline = new Timeline();
    timeline.sent(START_US);
    timeline.received(START_US + 4 * SECOND_US - 1, START_US);
    timeline.sent(START_US + SECOND_US);
    const quiet = { sent: 0, received: 0, p50Us: null, p99Us: null };
    const summary = timeline.summary()!;
    expect(summary.slotSeconds).toBe(1);
    expect(summary.slots).toMatchObject([
      { at: 0, sent: 1, received: 0 },
      { ...quiet, at: 1, sent: 1 },
      { ...quiet, at: 2 },
      { ...quiet, at: 3, received: 1 },
    ]);
    expect(summary.slots[0]!.p99Us).toBeWithin(4 * SECOND_US - 1, 4 * SECOND_US * (1 + 1 / 128));
  });

  test("a long run has fewer, longer slots, and none of its events gets lost", () => {
    const timeline = new Timeline();
    for (let second = 0; second < 3600; second++) timeline.sent(START_US + second * SECOND_US);
    const { slotSeconds, slots } = timeline.summary()!;
    expect(slotSeconds).toBe(8);
    expect(slots.length).toBeLessThanOrEqual(512);
    expect(slots.reduce((sum, { sent }) => sum + sent, 0)).toBe(3600);
  });

  test("a steady load is steady from its beginning to its end, whenever and for however long it ran", () => {
    for (const lengthMs of [4000, 4300, 4500, 4900]) {
      const startUs = START_US + 425_000;
      const timeline = new Timeline(startUs);
      for (let ms = 0; ms < lengthMs; ms += 5) {
        timeline.sent(startUs + ms * 1000);
        timeline.received(startUs + (ms + 20) * 1000, startUs + ms * 1000);
      }
      const { slots } = timeline.summary()!;
      for (const { sent, seconds } of slots) expect(sent / seconds).toBeWithin(190, 201);
      expect(slots.reduce((sum, { sent }) => sum + sent, 0)).toBe(lengthMs / 5);
      expect(slots.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo((lengthMs + 15) / 1000, 3);
    }
  });

  test("a run begins with its origin, and what came before it is there as well", () => {
    const silent = new Timeline(START_US);
    silent.sent(START_US + 2 * SECOND_US);
    silent.sent(START_US + 3 * SECOND_US - 1);
    expect(silent.summary()!.slots.map(({ sent }) => sent)).toEqual([0, 0, 2]);
    const early = new Timeline(START_US);
    for (const us of [-3000, 0, 1000, SECOND_US - 1]) early.sent(START_US + us);
    expect(early.summary()!.slots).toMatchObject([{ at: 0, seconds: 1.002999, sent: 4 }]);
  });

  test("times that are years apart do not make a slot for each second between them", () => {
    const timeline = new Timeline();
    timeline.sent(SECOND_US);
    timeline.received(START_US, SECOND_US);
    const { slots } = timeline.summary()!;
    expect(slots.length).toBeLessThanOrEqual(512);
    expect([slots[0]!.sent, slots.at(-1)!.received]).toEqual([1, 1]);
  });

  test("parts that are merged are the whole, whatever the length of their slots", () => {
    const random = seededRandom(3);
    const whole = new Timeline(START_US);
    const parts = [1, 2, 3].map(() => new Timeline(START_US));
    for (let i = 0; i < 20_000; i++) {
      // The last part sees only the first minute, so its slots are shorter.
      const part = i % 3;
      const due = START_US + Math.floor(random() * (part === 2 ? 60 : 2000) * SECOND_US);
      const at = due + Math.floor(random() * SECOND_US);
      for (const timeline of [whole, parts[part]!]) {
        timeline.sent(due);
        timeline.received(at, due);
      }
    }
    const merged = new Timeline();
    for (const part of parts) merged.merge(structuredClone(part.state()));
    expect(merged.summary()).toEqual(whole.summary());
  });
});
