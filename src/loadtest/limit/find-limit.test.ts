import { describe, expect, test } from "bun:test";
import { exactly } from "../../lib/range.ts";
import { END, META } from "../../results/fake-run.ts";
import { parseThreshold } from "../../results/threshold.ts";
import { OPTIONS } from "../fake-options.ts";
import type { LoadOptions } from "../options.ts";
import { type FakeOutcome, fakeSeries } from "../series/fake-series.ts";
import { dialOf, usualVariable, type Variable } from "./dial.ts";
import { findLimit } from "./find-limit.ts";
import { findingOf } from "./finding.ts";

const THRESHOLD = parseThreshold("p99<250ms");
const LATE = { ...META, end: { ...END, warnings: ["the generator sent late"] } };

/** A run whose threshold held or not. */
function verdict(held: boolean) {
  return {
    summary: { verdicts: [{ threshold: THRESHOLD, actual: held ? 1 : 300_000, held, reason: null }] },
  };
}

/** One room of 100 clients is the start. */
async function search(
  outcome: FakeOutcome,
  more: { objection?: (options: LoadOptions) => string | null; variable?: Variable } = {},
) {
  const said: string[] = [];
  const base = { ...OPTIONS, rooms: 1, roomSize: 100 };
  const dial = dialOf(more.variable ?? "room-size", base);
  const fake = fakeSeries(outcome);
  const parts = { dial, resolution: 0.05, series: fake.series, say: (line: string) => said.push(line) };
  const probes = await findLimit({ ...parts, objection: more.objection ?? (() => null) });
  return { ...fake, probes, said, finding: findingOf(probes, dial, "p99<250ms") };
}

describe("finding the limit", () => {
  test("of a server that bears 830 clients in a room", async () => {
    const { finding, said } = await search(({ roomSize }) => verdict(roomSize <= 830));
    expect(finding).toMatchObject({
      held: { options: { rooms: 1, roomSize: 825 }, runs: 3 },
      broke: { options: { roomSize: 850 }, runs: 2, broken: 2 },
      confidence: "good",
      generatorLimited: false,
    });
    expect(finding.sentences).toEqual([
      "highest load that held p99<250ms: 1 room x 825 clients every 1s " +
        "(825 messages/s in, 680,625 deliveries/s out): held in 3 of 3 runs; room-size=850 broke in 2 of 2",
      "confidence: good; the limit is less than 3.03 % above it",
    ]);
    expect(said.slice(0, 3)).toEqual([
      "probe 1: room-size=100 (100 messages/s in, 10,000 deliveries/s out)",
      "  p50 n/a  p99 n/a  loss 0 %",
      "  held",
    ]);
  });

  test("a limit that is not sharp is told as such", async () => {
    let runs = 0;
    const { finding } = await search(({ roomSize }) =>
      verdict(roomSize <= 830 || (roomSize === 850 && ++runs === 2)),
    );
    expect(finding).toMatchObject({ broke: { runs: 2, broken: 1 }, confidence: "fair" });
  });

  test("nothing holds", async () => {
    const { finding } = await search(() => verdict(false));
    expect(finding).toMatchObject({ held: null, confidence: "none" });
    expect(finding.sentences).toEqual([
      "no load held p99<250ms, not even room-size=1: p99<250ms did not hold: 300 ms",
    ]);
  });

  test("loss and lost clients break a load, loss not where a threshold judges it", async () => {
    const lossy = await search(({ roomSize }) => ({
      problems: roomSize > 100 ? ["1 % of the deliveries were lost"] : [],
    }));
    expect(lossy.finding.held?.options.roomSize).toBe(100);
    expect(lossy.probes[1]!.reasons).toEqual(["1 % of the deliveries were lost"]);

    const allowed = [{ threshold: parseThreshold("loss<2%"), actual: 0.01, held: true, reason: null }];
    const judgedLoss = await search(({ roomSize }) => ({
      summary: {
        verdicts: allowed,
        meta: { ...META, end: { ...END, connect_errors: roomSize > 200 ? 1 : 0 } },
      },
      problems: ["1 % of the deliveries were lost"],
    }));
    expect(judgedLoss.finding.held?.options.roomSize).toBe(200);
  });

  test("a generator that is late where the limit is may be the limit itself", async () => {
    const { finding } = await search(({ roomSize }) => {
      const { summary } = verdict(roomSize <= 830);
      return { summary: { ...summary, ...(roomSize > 830 ? { meta: LATE } : {}) } };
    });
    expect(finding.generatorLimited).toBeTrue();
    expect(finding.sentences).toContain(
      "the generator, not the server, may have been the limit at room-size=850: the generator sent late",
    );
  });

  test("a machine that cannot make more is not taken for the server", async () => {
    const { finding, series } = await search(() => verdict(true), {
      objection: ({ roomSize }) => (roomSize > 500 ? "open files 20,000" : null),
    });
    expect(series.runs.every(({ options }) => options.roomSize <= 500)).toBeTrue();
    expect(finding.generatorLimited).toBeTrue();
    expect(finding.sentences[0]).toMatch(/held in 3 of 3 runs; room-size=\d+ was not run$/);
    expect(finding.sentences[1]).toMatch(
      /^this machine, not the server, was the limit at .*open files 20,000$/,
    );
  });

  test("stopped, the probe that was cut short does not count", async () => {
    const { probes, series, finding } = await search(({ roomSize }, stop) => {
      if (roomSize === 400) stop();
      return verdict(roomSize !== 400);
    });
    expect(series.runs).toHaveLength(3);
    expect(probes.map(({ load, result }) => [load, result])).toEqual([
      [100, "held"],
      [200, "held"],
    ]);
    expect(finding.sentences[0]).toEndWith("held in 1 of 1 run; nothing higher was tried");
    expect(finding.confidence).toBe("fair");
  });

  test("ends when the server is gone", async () => {
    const { probes, series } = await search(({ roomSize }) => (roomSize > 200 ? "nothing listens" : {}));
    expect(series.ended).toContain("could not run");
    expect(probes.at(-1)).toMatchObject({ result: "broke", reasons: ["nothing listens"] });
  });
});

describe("dials", () => {
  test("one room grows, several become more", () => {
    expect(usualVariable({ ...OPTIONS, rooms: 1 })).toBe("room-size");
    expect(usualVariable({ ...OPTIONS, rooms: 2 })).toBe("rooms");
  });

  test("rooms", () => {
    const dial = dialOf("rooms", { ...OPTIONS, rooms: 5, roomSize: 4 });
    expect(dial).toMatchObject({ start: 5, least: 1, most: 250_000 });
    expect(dial.at(10)).toMatchObject({ rooms: 10, roomSize: 4 });
    expect(dial.text(10)).toBe("rooms=10");
  });

  test("a shorter interval is more load, in whole milliseconds", () => {
    const dial = dialOf("interval", { ...OPTIONS, interval: exactly(1000) });
    expect(dial.start).toBe(1);
    expect(dial.at(2)).toMatchObject({ interval: exactly(500), rooms: 3 });
    expect(dial.text(3)).toBe("interval=333ms");
    expect(dial.at(dial.quantise(3)).interval).toEqual(exactly(333));
    expect(dial.at(dial.most).interval).toEqual(exactly(1));
  });
});
