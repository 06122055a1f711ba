import { expect, test } from "bun:test";
import { fakeServer } from "../fake-status.ts";
import { BUSIEST, Cast, COLOURS, pickDrawn } from "./cast.ts";

function fleet(writes: readonly number[]) {
  return writes.map((rate, i) => fakeServer(`s${i}`, { started_at: i, writes_per_s: rate }));
}

test("a small fleet is drawn whole, the eldest first", () => {
  const servers = fleet([1, 2, 3]).reverse();
  expect(pickDrawn(servers, new Set())).toEqual(["s0", "s1", "s2"]);
});

test("of a crowd the busiest are drawn", () => {
  const servers = fleet(Array.from({ length: COLOURS + 1 }, (_, i) => i));
  const drawn = pickDrawn(servers, new Set());
  expect(drawn).toHaveLength(BUSIEST);
  expect(drawn[0]).toBe(`s${COLOURS}`);
});

test("who is drawn keeps its place against one that is only a little busier", () => {
  const rates: number[] = Array.from({ length: 20 }, (_, i) => (i < BUSIEST ? 100 : 10));
  const before = new Set(pickDrawn(fleet(rates), new Set()));
  expect(pickDrawn(fleet(rates.with(19, 120)), before)).not.toContain("s19");
  expect(pickDrawn(fleet(rates.with(19, 130)), before)).toContain("s19");
});

test("a server keeps its colour while others come and go, and finds it again", () => {
  const cast = new Cast();
  const [a, b, c, d] = fleet([1, 1, 1, 1]);
  cast.choose([a!, b!, c!]);
  expect([a, b, c].map((one) => cast.slotOf(one!.id))).toEqual([0, 1, 2]);
  cast.choose([a!, c!, d!]);
  expect([a, c, d].map((one) => cast.slotOf(one!.id))).toEqual([0, 2, 1]);
  expect(cast.slotOf(b!.id)).toBeNull();
});

test("one that was drawn before has its colour again, if nobody else has it now", () => {
  const cast = new Cast();
  const rates: number[] = Array.from({ length: 20 }, (_, i) => 20 - i);
  cast.choose(fleet(rates));
  expect(cast.isCrowd).toBe(true);
  expect(cast.slotOf("s5")).toBe(5);
  cast.choose(fleet(rates.with(5, 0)));
  expect(cast.slotOf("s5")).toBeNull();
  expect(cast.slotOf("s6")).toBe(5);
  cast.choose(fleet(rates.with(6, 0)));
  expect(cast.slotOf("s5")).toBe(5);
});
