import { describe, expect, test } from "bun:test";
import { fuzz } from "./fuzz.ts";
import { promise, pureTarget } from "./target.ts";
import { TARGETS } from "./targets.ts";

/** `FUZZ_SEED=7 bun test …` repeats a run. */
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));
const TEST_MS = 60_000;

/** A part of what `scripts/fuzz` does in a million cases. */
const CASES: Record<string, number> = {
  args: 400,
  env: 400,
  csv: 1000,
  websocket: 2000,
  http: 2000,
  handshake: 2000,
  balance: 2000,
};
const OTHERWISE = 4000;

describe(`hostile input, FUZZ_SEED=${SEED}`, () => {
  test.each(Object.entries(TARGETS))(
    "%s",
    async (name, { open }) => {
      const { failures, cases } = await fuzz(await open(), SEED, CASES[name] ?? OTHERWISE);
      expect(failures).toEqual([]);
      expect(cases).toBe(CASES[name] ?? OTHERWISE);
    },
    TEST_MS,
  );
});

describe("the fuzzer itself", () => {
  test("tells a case that failed by its number, which is the same case again", async () => {
    const inputs: string[] = [];
    const target = pureTarget((chance, note) => {
      const input = chance.bytes(2).toString("latin1");
      inputs.push(input);
      note(input);
      promise(chance.below(50) > 0, "never a zero");
    });
    const { failures } = await fuzz(target, 7, 1000);
    expect(failures.length).toBeGreaterThan(3);
    const [{ number, problem }] = failures as [(typeof failures)[0]];
    expect(problem).toBe("broken promise: never a zero");
    const again = inputs[number!];
    inputs.length = 0;
    expect((await fuzz(target, 7, 1, number!)).failures).toEqual([failures[0]!]);
    expect(inputs).toEqual([again!]);
  });

  test("gives other cases for another seed, and shows them without what a terminal obeys", async () => {
    const shown = async (seed: number) => {
      const target = pureTarget((chance, note) => {
        note(`\u001b${chance.bytes(4).toString("latin1")}`);
        promise(false, "nothing");
      });
      return (await fuzz(target, seed, 3)).failures.map(({ input }) => input);
    };
    const inputs = await shown(1);
    expect(inputs).not.toEqual(await shown(2));
    expect(new Set(inputs).size).toBe(3);
    for (const input of inputs) expect(input).toMatch(/^[\x20-\x7e]+$/);
  });

  test("notices memory that grows, and whoever does not serve others any more", async () => {
    let memory = 0;
    const idle = pureTarget(() => {});
    const leaking = { ...idle, check: async () => (memory += 2 ** 26) };
    expect((await fuzz(leaking, 1, 100)).failures).toMatchObject([{ problem: "its memory grows" }]);
    const dead = { ...idle, check: () => Promise.reject(new Error("it is gone")) };
    expect((await fuzz(dead, 1, 100)).failures).toMatchObject([{ number: null, problem: "it is gone" }]);
  });

  test("closes what it tried, and tells what does not end in order", async () => {
    const failing = pureTarget(() => promise(false, "nothing"));
    const unruly = { ...failing, close: () => Promise.reject(new Error("it hangs")) };
    const { failures } = await fuzz(unruly, 1, 1);
    expect(failures).toMatchObject([{ number: 0 }, { number: null, problem: "it hangs" }]);
  });
});
