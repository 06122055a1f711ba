import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../lib/random.ts";
import { Agenda } from "./agenda.ts";

const ALL = Number.POSITIVE_INFINITY;

/** An agenda of acts that note when they were due, and come again after their gap. */
function noting(end: number, acts: Array<{ at: number; gap: number | null }>) {
  const agenda = new Agenda(end);
  const noted: Array<{ act: number; due: number }> = [];
  for (const [act, { at, gap }] of acts.entries()) {
    agenda.add(at, {
      perform(due) {
        noted.push({ act, due });
        return gap === null ? null : due + gap;
      },
    });
  }
  return { agenda, noted };
}

describe("what is to happen when", () => {
  test("is in order of time, and each act comes again", () => {
    const { agenda, noted } = noting(
      250,
      [70, 10, 40].map((at) => ({ at, gap: 100 })),
    );
    agenda.performUntil(1000, ALL);
    expect(noted).toEqual([
      { act: 1, due: 10 },
      { act: 2, due: 40 },
      { act: 0, due: 70 },
      { act: 1, due: 110 },
      { act: 2, due: 140 },
      { act: 0, due: 170 },
      { act: 1, due: 210 },
      { act: 2, due: 240 },
    ]);
    expect(agenda.isEmpty).toBe(true);
  });

  test("is complete and in order, whatever the times", () => {
    const random = seededRandom(7);
    const acts = Array.from({ length: 137 }, (_, i) => ({
      at: random() * 1000,
      gap: i % 3 === 0 ? null : 1000,
    }));
    const { agenda, noted } = noting(5000, acts);
    agenda.performUntil(5000, ALL);
    expect(noted).toHaveLength(acts.reduce((sum, { gap }) => sum + (gap === null ? 1 : 5), 0));
    for (let i = 1; i < noted.length; i++) expect(noted[i]!.due).toBeGreaterThanOrEqual(noted[i - 1]!.due);
    for (const [act, own] of Map.groupBy(noted, ({ act }) => act)) {
      expect(own.map(({ due }) => due)).toEqual(own.map((_, i) => i * 1000 + acts[act]!.at));
    }
  });

  test("waits for its time, and does no more at once than it may", () => {
    const { agenda, noted } = noting(
      1000,
      [10, 20, 30].map((at) => ({ at, gap: null })),
    );
    agenda.performUntil(25, ALL);
    expect(noted.map(({ due }) => due)).toEqual([10, 20]);
    expect(agenda.nextDue).toBe(30);
    const crowd = noting(
      1000,
      [1, 2, 3].map((at) => ({ at, gap: null })),
    );
    crowd.agenda.performUntil(1000, 2);
    expect(crowd.noted).toHaveLength(2);
  });

  test("nothing is due from its end on", () => {
    const { agenda, noted } = noting(500, [
      { at: 500, gap: null },
      { at: 499, gap: 1 },
    ]);
    agenda.performUntil(1000, ALL);
    expect(noted).toEqual([{ act: 1, due: 499 }]);
    expect(agenda.nextDue).toBe(ALL);
  });

  test("an act may add another", () => {
    const agenda = new Agenda(1000);
    const done: string[] = [];
    const act = (name: string, then?: () => void) => ({
      perform() {
        done.push(name);
        then?.();
        return null;
      },
    });
    agenda.add(
      10,
      act("first", () => agenda.add(20, act("second"))),
    );
    agenda.add(30, act("third"));
    agenda.performUntil(100, ALL);
    expect(done).toEqual(["first", "second", "third"]);
  });
});
