import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { Order } from "./order.ts";

let gone: string[];
let chance: number;
let order: Order;
beforeEach(() => {
  jest.useFakeTimers();
  gone = [];
  chance = 0.5;
  order = new Order(
    () => chance,
    (target) => gone.push(target),
  );
});
afterEach(() => {
  order.withdraw();
  jest.useRealTimers();
});

test("an order for a time that no timer holds is not carried out at once", () => {
  order.give("ws://a", 1e300);
  jest.advanceTimersByTime(1_000_000);
  expect([order.target, gone]).toEqual(["ws://a", []]);
});

test("an order is carried out at a moment of its own, which leaves time to arrive", () => {
  chance = 0.999;
  order.give("ws://a", 1000);
  expect(order.target).toBe("ws://a");
  jest.advanceTimersByTime(795);
  expect(gone).toEqual([]);
  jest.advanceTimersByTime(10);
  expect(gone).toEqual(["ws://a"]);
});

test("a new one replaces it, and is not put off by that", () => {
  order.give("ws://a", 1000);
  for (const target of ["ws://b", "ws://c", "ws://d"]) {
    jest.advanceTimersByTime(100);
    order.give(target, 1000);
  }
  jest.advanceTimersByTime(101);
  expect(gone).toEqual(["ws://d"]);
  chance = 0;
  order.withdraw();
  order.give("ws://e", 1000);
  jest.advanceTimersByTime(1);
  expect(gone).toEqual(["ws://d", "ws://e"]);
});

test("one that is withdrawn is not carried out, and tells where it led", () => {
  order.give("ws://a", 1000);
  expect([order.withdraw(), order.withdraw(), order.target]).toEqual(["ws://a", null, null]);
  jest.advanceTimersByTime(5000);
  expect(gone).toEqual([]);
});
