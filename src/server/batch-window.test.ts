import { expect, test } from "bun:test";
import { BatchWindow } from "./batch-window.ts";

const MOST = 50;

/** Three seconds of a room with so many members, in which so many messages a second are said. */
function after(members: number, perSecond: number, { most = MOST, cores = 1 } = {}) {
  const window = new BatchWindow(most, cores);
  const gap = 1000 / perSecond;
  let [now, sentAt, isWaiting, writes] = [0, Number.NEGATIVE_INFINITY, false, 0];
  for (let said = 0; said < 3 * perSecond; said++) {
    now += gap;
    if (!isWaiting && now - sentAt < window.at(now)) isWaiting = true;
    else if (now - sentAt >= window.at(now)) {
      [sentAt, isWaiting] = [now, false];
      window.wrote(members, now);
      // Those of the last second.
      if (said >= 2 * perSecond) writes += members;
    }
  }
  return { window, now, writes };
}

test("nothing waits as long as there are few writes, in small rooms and in large ones", () => {
  for (const [members, perSecond] of [
    [10, 1000],
    [1000, 20],
    [20_000, 1],
  ] as const) {
    const { window, now } = after(members, perSecond);
    expect(window.at(now)).toBe(0);
  }
});

test("grows until there are as many writes as can be afforded, and stays there", () => {
  for (const perSecond of [200, 1000, 10_000]) {
    const { window, now, writes } = after(1000, perSecond);
    expect(writes).toBeGreaterThan(50_000);
    expect(writes).toBeLessThan(100_000);
    expect(window.at(now)).toBeWithin(5, 25);
  }
});

test("grows sooner where there is less of a core", () => {
  const { writes } = after(400, 1000, { cores: 0.25 });
  expect(writes).toBeLessThan(25_000);
  expect(after(400, 1000).writes).toBeGreaterThan(60_000);
});

test("a room that is hot all at once is gathered within a few milliseconds", () => {
  const window = new BatchWindow(MOST, 1);
  window.wrote(1000, 0);
  for (let now = 0.25; now <= 10; now += 0.25) window.wrote(1000, now);
  expect(window.at(10)).toBeWithin(5, MOST + 1);
});

test("is never longer than it may be", () => {
  const { window, now } = after(1_000_000, 1000);
  expect(window.at(now)).toBe(MOST);
  const none = after(1_000_000, 1000, { most: 0 });
  expect(none.window.at(none.now)).toBe(0);
});

test("is nothing at the beginning, and again after a pause", () => {
  expect(new BatchWindow(MOST, 1).at(0)).toBe(0);
  const { window, now } = after(1000, 1000);
  expect(window.at(now)).toBeGreaterThan(5);
  expect(window.at(now + 1000)).toBe(0);
});

test("falls back when there is less to write", () => {
  const { window, now } = after(1000, 1000);
  for (let slot = 1; slot <= 8; slot++) window.wrote(1000, now + slot * 260);
  expect(window.at(now + 8 * 260)).toBe(0);
});
