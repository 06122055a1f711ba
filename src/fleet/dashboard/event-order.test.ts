import { expect, test } from "bun:test";
import { EventOrder, MAX_EVENTS } from "./event-order.ts";

test("events stand newest first and once, however they come", () => {
  const order = new EventOrder();
  expect(order.place({ number: 1, at: 10 })).toBe(0);
  expect(order.place({ number: 3, at: 30 })).toBe(0);
  expect(order.place({ number: 2, at: 20 })).toBe(1);
  expect(order.place({ number: 2, at: 20 })).toBeNull();
  expect(order.place({ number: 1, at: 10 })).toBeNull();
});

test("two of the same millisecond stand by their numbers", () => {
  const order = new EventOrder();
  order.place({ number: 5, at: 10 });
  expect(order.place({ number: 6, at: 10 })).toBe(0);
  expect(order.place({ number: 4, at: 10 })).toBe(2);
});

test("a balancer that counts from 1 again is not taken for a repetition", () => {
  const order = new EventOrder();
  order.place({ number: 1, at: 10 });
  expect(order.place({ number: 1, at: 99 })).toBe(0);
});

test("only the newest are kept", () => {
  const order = new EventOrder();
  for (let number = 1; number <= MAX_EVENTS; number++) order.place({ number, at: 1000 + number });
  expect(order.place({ number: 0, at: 0 })).toBeNull();
  expect(order.place({ number: MAX_EVENTS + 1, at: 9999 })).toBe(0);
  expect(order.place({ number: 1, at: 1001 })).toBeNull();
});
