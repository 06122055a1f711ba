import { expect, test } from "bun:test";
import { systemClock } from "../../lib/clock.ts";
import { LoadRun } from "../run.ts";
import { ALONE, chatServer, options } from "../test-run.ts";
import { LoadGenerator } from "./load-generator.ts";

test("several generators in one room: what one says, all expect", async () => {
  const of = options(chatServer().port, { rooms: 1, roomSize: 9 });
  const generators: LoadGenerator[] = [];
  for (let process = 0; process < 3; process++) {
    generators.push(
      new LoadGenerator(of, {
        ...ALONE,
        share: { process, processes: 3 },
        onSayings: (sayings) => {
          for (const [i, other] of generators.entries())
            if (i !== process) other.learn(structuredClone(sayings));
        },
      }),
    );
  }
  const run = new LoadRun(of, { clock: systemClock, generators, onStart: () => {} });
  const { tally } = (await run.run())!;
  expect(tally).toMatchObject({
    sent: 72,
    expected: 648,
    received: 648,
    reached: 72,
    repeated: 0,
    foreign: 0,
  });
});
