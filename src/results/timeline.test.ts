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
    timeline.received(START_US + 3 * SECOND_US, START_US);
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
    expect(summary.slots[0]!.p99Us).toBeWithin(3 * SECOND_US, 3 * SECOND_US * (1 + 1 / 128));
  });

  test("a long run has fewer, longer slots, and none of its events gets lost", () => {
    const timeline = new Timeline();
    for (let second = 0; second < 3600; second++) timeline.sent(START_US + second * SECOND_US);
    const { slotSeconds, slots } = timeline.summary()!;
    expect(slotSeconds).toBe(8);
    expect(slots.length).toBeLessThanOrEqual(512);
    expect(slots.reduce((sum, { sent }) => sum + sent, 0)).toBe(3600);
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
    const whole = new Timeline();
    const parts = [new Timeline(), new Timeline(), new Timeline()];
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
