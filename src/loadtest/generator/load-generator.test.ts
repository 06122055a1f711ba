import { expect, test } from "bun:test";
import { systemClock } from "../../lib/clock.ts";
import type { LoadOptions } from "../options.ts";
import { LoadRun } from "../run.ts";
import { ALONE, chatServer, options } from "../test-run.ts";
import { LoadGenerator } from "./load-generator.ts";

/** Three generators that tell each other what they say, that many milliseconds later, and the run of all. */
function threeGenerators(of: LoadOptions, delayMs: number): LoadRun {
  const generators: LoadGenerator[] = [];
  for (let process = 0; process < 3; process++) {
    generators.push(
      new LoadGenerator(of, {
        ...ALONE,
        share: { process, processes: 3 },
        onSayings: (sayings) => {
          const copy = structuredClone(sayings);
          const others = generators.filter((_, i) => i !== process);
          setTimeout(() => {
            for (const other of others) other.learn(copy);
          }, delayMs);
        },
      }),
    );
  }
  return new LoadRun(of, { clock: systemClock, generators, onStart: () => {} });
}

test("several generators in one room: what one says, all expect", async () => {
  const of = options(chatServer().port, { rooms: 1, roomSize: 9 });
  const { tally } = (await threeGenerators(of, 30).run())!;
  expect(tally).toMatchObject({
    sent: 72,
    expected: 648,
    received: 648,
    reached: 72,
    repeated: 0,
    foreign: 0,
  });
});

test("several generators in one room whose members change: each is owed what was said while it was there", async () => {
  const of = options(chatServer().port, { rooms: 1, roomSize: 18, churn: 1, duration: 1500 });
  const { tally, attendance } = (await threeGenerators(of, 100).run())!;
  expect(tally).toMatchObject({ repeated: 0, foreign: 0, outstanding: 0, unsent: 0 });
  expect(tally.received).toBe(tally.expected);
  expect(attendance.left).toBeGreaterThan(12);
});

test("several generators in one room in stages: nothing is foreign to who comes to it first", async () => {
  const stages = [
    { duration: 600, clients: 9 },
    { duration: 600, clients: 0 },
  ];
  const of = options(chatServer().port, { rooms: 1, roomSize: 9, stages, duration: 1200 });
  const { tally } = (await threeGenerators(of, 30).run())!;
  expect(tally).toMatchObject({ repeated: 0, foreign: 0, outstanding: 0 });
  expect(tally.sent).toBeGreaterThan(50);
});
