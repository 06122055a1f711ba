import { describe, expect, test } from "bun:test";
import type { WelcomeFrame } from "../protocol/frames.ts";
import { LogCursor } from "./log-cursor.ts";

const FIRST: WelcomeFrame = {
  type: "welcome",
  connection_id: "c",
  server_id: "s",
  room: "r",
  name: "n",
  epoch: "one",
  offset: 10,
  replay: 0,
  recovered: false,
  limits: { max_payload: 1, history: 1 },
};

function cursorAfter(...welcomes: Array<Partial<WelcomeFrame>>): LogCursor {
  const cursor = new LogCursor();
  for (const welcome of welcomes) cursor.welcome({ ...FIRST, ...welcome });
  return cursor;
}

describe("LogCursor", () => {
  test("is nowhere before the first welcome", () => {
    const cursor = new LogCursor();
    expect(cursor.position).toBeNull();
    expect(cursor.arrive(1)).toBe("repeat");
    cursor.gap({ type: "gap", from: 1, to: 5, reason: "trimmed" });
    expect(cursor.position).toBeNull();
  });

  test("goes on from where the replay begins, and knows what is history", () => {
    const cursor = cursorAfter({ offset: 10, replay: 3 });
    expect(cursor.position).toEqual({ epoch: "one", offset: 7 });
    for (const offset of [8, 9, 10, 11]) {
      expect(cursor.arrive(offset)).toBe("next");
      expect(cursor.isHistory(offset)).toBe(offset <= 10);
    }
    expect(cursor.position).toEqual({ epoch: "one", offset: 11 });
  });

  test("goes on in a new log when it is told that it began", () => {
    const cursor = cursorAfter({ offset: 10 });
    cursor.gap({ type: "gap", from: 1, to: 2, reason: "epoch", epoch: "two" });
    expect(cursor.position).toEqual({ epoch: "two", offset: 2 });
    expect(cursor.arrive(3)).toBe("next");
    expect(cursor.arrive(3)).toBe("repeat");
  });

  test("takes over the epoch also when nothing was lost", () => {
    const cursor = cursorAfter({ offset: 0 }, { epoch: "two", offset: 2, replay: 2, recovered: true });
    expect(cursor.position).toEqual({ epoch: "two", offset: 0 });
    expect([cursor.arrive(1), cursor.arrive(2), cursor.arrive(3)]).toEqual(["next", "next", "next"]);
  });

  test("takes what comes next in one step, and nothing else", () => {
    expect(new LogCursor().advance({ first: 1, last: 3 })).toBe(false);
    const cursor = cursorAfter({});
    expect(cursor.advance({ first: 12, last: 14 })).toBe(false);
    expect(cursor.advance({ first: 10, last: 12 })).toBe(false);
    expect(cursor.position?.offset).toBe(10);
    expect(cursor.advance({ first: 11, last: 14 })).toBe(true);
    expect(cursor.arrive(14)).toBe("repeat");
    expect(cursor.arrive(15)).toBe("next");
  });

  test("recognises what it has, and what is missing", () => {
    const cursor = cursorAfter({});
    expect(cursor.arrive(10)).toBe("repeat");
    expect(cursor.arrive(11)).toBe("next");
    expect(cursor.arrive(11)).toBe("repeat");
    expect(cursor.arrive(14)).toBe("hole");
    expect(cursor.arrive(12)).toBe("repeat");
    expect(cursor.arrive(15)).toBe("next");
  });

  test("stays where it was when it has recovered, and nothing then is history", () => {
    const cursor = cursorAfter({}, { offset: 20, replay: 10, recovered: true });
    expect(cursor.position).toEqual({ epoch: "one", offset: 10 });
    expect(cursor.arrive(11)).toBe("next");
    expect(cursor.isHistory(11)).toBe(false);
  });

  test("jumps over what was trimmed", () => {
    const cursor = cursorAfter({}, { offset: 50, replay: 20 });
    cursor.gap({ type: "gap", from: 11, to: 30, reason: "trimmed" });
    expect(cursor.arrive(31)).toBe("next");
    // In the middle of a replay, and never back.
    cursor.gap({ type: "gap", from: 32, to: 40, reason: "trimmed" });
    cursor.gap({ type: "gap", from: 32, to: 35, reason: "trimmed" });
    expect(cursor.position).toEqual({ epoch: "one", offset: 40 });
  });

  test("keeps what another socket has brought since this one asked", () => {
    const cursor = cursorAfter({});
    const since = cursor.position;
    for (const offset of [11, 12, 13]) cursor.arrive(offset);
    cursor.welcome({ ...FIRST, offset: 12, replay: 2, recovered: true }, since);
    expect(cursor.position).toEqual({ epoch: "one", offset: 13 });
    cursor.welcome({ ...FIRST, offset: 40, replay: 28 }, since);
    expect(cursor.position).toEqual({ epoch: "one", offset: 13 });
    expect(cursor.gap({ type: "gap", from: 11, to: 12, reason: "trimmed" })).toBeNull();
    expect(cursor.gap({ type: "gap", from: 11, to: 20, reason: "trimmed" })).toMatchObject({
      from: 14,
      to: 20,
    });
  });

  test("goes back with a log that lost its end, although the epoch is the same", () => {
    const cursor = cursorAfter({}, { offset: 6, replay: 0 });
    expect(cursor.position).toEqual({ epoch: "one", offset: 6 });
    expect(cursor.gap({ type: "gap", from: 1, to: 6, reason: "epoch" })).not.toBeNull();
    expect(cursor.arrive(7)).toBe("next");
  });

  test("starts again in a new epoch, also from a lower offset", () => {
    const cursor = cursorAfter({}, { epoch: "two", offset: 3, replay: 3 });
    cursor.gap({ type: "gap", from: 1, to: 0, reason: "epoch" });
    expect(cursor.position).toEqual({ epoch: "two", offset: 0 });
    expect(cursor.arrive(1)).toBe("next");
  });
});
