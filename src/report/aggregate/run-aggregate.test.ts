import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../lib/random.ts";
import { END, META, START_US } from "../../results/fake-run.ts";
import { lossOf } from "../../results/summary.ts";
import { RunAggregate } from "./run-aggregate.ts";

const UNKNOWN = { rooms: null, roomSize: null };
/** One message of `a` to `a` and `b`, planned at `at`, 10 us late, received after 100 and 200 us. */
function message(run: RunAggregate, id: string, at = START_US): void {
  run.sent(id, "a", at + 10, at);
  run.received(id, "a", "a", at + 110);
  run.received(id, "a", "b", at + 210);
}

describe("latencies", () => {
  test("from scheduled and from sent", () => {
    const run = new RunAggregate();
    message(run, "1");
    const { fromScheduled, fromSent, spanUs, clients, sent, received } = run.close("x", UNKNOWN, [50, 100]);
    expect(fromScheduled).toMatchObject({ count: 2, mean: 160, sd: 50, min: 110, max: 210 });
    expect(fromSent).toMatchObject({ count: 2, mean: 150, sd: 50, min: 100, max: 200 });
    expect({ spanUs, clients, sent, received }).toEqual({ spanUs: 200, clients: 2, sent: 1, received: 2 });
  });

  test("there are none from scheduled without a plan", () => {
    const run = new RunAggregate();
    run.sent("1", "a", START_US, null);
    run.received("1", "a", "a", START_US + 5);
    const { fromScheduled, fromSent } = run.close("x", UNKNOWN, [50]);
    expect(fromScheduled).toBeNull();
    expect(fromSent?.percentiles).toEqual([{ percent: 50, valueUs: 5 }]);
  });

  test("agree with a sorted list to the microsecond, in whatever order the events come", () => {
    const random = seededRandom(3);
    const latencies: number[] = [];
    const events: Array<(run: RunAggregate) => void> = [];
    for (let id = 0; id < 2000; id++) {
      const sender = `client-${id % 7}`;
      const at = START_US + id * 1000;
      events.push((run) => run.sent(`${id}`, sender, at, at));
      for (let member = 0; member < 5; member++) {
        const latency = Math.floor(random() ** 4 * 5_000_000);
        latencies.push(latency);
        events.push((run) => run.received(`${id}`, sender, `client-${member}`, at + latency));
      }
    }
    latencies.sort((a, b) => a - b);
    const percents = [10, 50, 90, 99, 100];
    const wanted = percents.map((percent) => ({
      percent,
      valueUs: latencies[Math.ceil((percent * latencies.length) / 100) - 1]!,
    }));
    for (const order of [events, events.toReversed(), events.toSorted(() => random() - 0.5)]) {
      const run = new RunAggregate();
      for (const event of order) event(run);
      const { fromSent, fromScheduled, expected, received, unmatched } = run.close("x", UNKNOWN, percents);
      expect(fromSent?.percentiles).toEqual(wanted);
      expect(fromScheduled?.percentiles).toEqual(wanted);
      expect({ expected, received, unmatched }).toEqual({ expected: 10_000, received: 10_000, unmatched: 0 });
    }
  });

  test("that are negative are kept and noted", () => {
    const run = new RunAggregate();
    run.sent("1", "a", START_US, null);
    run.received("1", "a", "b", START_US - 40);
    const { fromSent, notes } = run.close("x", { rooms: 1, roomSize: 1 }, [50]);
    expect(fromSent?.min).toBe(-40);
    expect(notes).toEqual(["1 delivery came before the message was sent: the clocks of the hosts differ"]);
  });
});

describe("messages are told apart", () => {
  test("by sender and id together", () => {
    const run = new RunAggregate();
    run.sent("1", "a", START_US, null);
    run.sent("1", "b", START_US + 7, null);
    run.received("1", "b", "a", START_US + 10);
    expect(run.close("x", UNKNOWN, [50]).fromSent?.max).toBe(3);
  });

  test("by the id's text: 7, 07 and a longer number are three", () => {
    const run = new RunAggregate();
    const ids = ["7", "07", "0", "00", "12345678901234567890", "12345678901234567891", "e3b0c442-98fc"];
    for (const id of ids) run.sent(id, "a", START_US, null);
    expect(run.close("x", UNKNOWN, [50]).sent).toBe(ids.length);
  });
});

describe("expected deliveries", () => {
  test("are the generator's own, if it ended", () => {
    const run = new RunAggregate();
    run.run({ ...META, end: { ...END, expected: 5 } });
    message(run, "1");
    const summary = run.close("x", { rooms: 9, roomSize: 9 }, [50]);
    expect(summary).toMatchObject({ rooms: 1, roomSize: 2, expected: 5, received: 2, notes: [] });
    expect(lossOf(summary)).toBe(0.6);
  });

  test("of a file that was cut are a room's size per message, but what may have been on its way is not lost", () => {
    const run = new RunAggregate();
    run.run(META);
    run.sent("1", "a", START_US, START_US);
    const lateUs = START_US + 3_000_001;
    run.sent("2", "a", lateUs, lateUs);
    run.received("2", "a", "a", lateUs);
    const summary = run.close("x", UNKNOWN, [50]);
    expect(summary).toMatchObject({ expected: 3, received: 1 });
    expect(summary.notes).toEqual([
      "the run did not finish: the file was cut short",
      "1 delivery of the last 3 s may have come after the file ends: not expected, not lost",
    ]);
  });

  test("that are inferred leave out what may have been on its way when the file was cut, too", () => {
    const run = new RunAggregate();
    message(run, "1");
    run.sent("2", "a", START_US + 20, null);
    expect(run.close("x", UNKNOWN, [50], true).expected).toBe(2);
    expect(run.close("x", UNKNOWN, [50]).expected).toBe(4);
  });

  test("follow a size that was said, and rooms follow from the clients when they come out whole", () => {
    const run = new RunAggregate();
    message(run, "1");
    expect(run.close("x", { rooms: null, roomSize: 2 }, [50])).toMatchObject({
      rooms: 1,
      expected: 2,
      notes: [],
    });
    expect(run.close("x", { rooms: null, roomSize: 4 }, [50])).toMatchObject({ rooms: null, expected: 4 });
    expect(run.close("x", { rooms: 3, roomSize: 4 }, [50])).toMatchObject({ rooms: 3, expected: 4 });
  });

  test("are inferred from each sender's best message otherwise, and a note says so", () => {
    const run = new RunAggregate();
    message(run, "1");
    run.sent("2", "a", START_US, null);
    run.received("2", "a", "a", START_US + 1);
    expect(run.close("x", UNKNOWN, [50])).toMatchObject({
      rooms: 1,
      roomSize: 2,
      expected: 4,
      received: 3,
      notes: ["room size inferred from the deliveries: 2; say it with --room-size"],
    });
  });

  test("do not hide a sender who reached nobody, and rooms may differ", () => {
    const run = new RunAggregate();
    message(run, "1");
    run.sent("1", "c", START_US, null);
    run.received("1", "c", "c", START_US + 1);
    run.sent("1", "mute", START_US, null);
    expect(run.close("x", UNKNOWN, [50])).toMatchObject({
      rooms: null,
      roomSize: null,
      expected: 5,
      notes: ["room size inferred from the deliveries: 1 to 2; say it with --room-size"],
    });
  });

  test("are not known when nothing was delivered", () => {
    const run = new RunAggregate();
    run.sent("1", "a", START_US, null);
    const summary = run.close("x", UNKNOWN, [50]);
    expect(summary).toMatchObject({ sent: 1, expected: null, received: 0, fromSent: null, spanUs: 0 });
    expect(lossOf(summary)).toBeNull();
  });

  test("count repetitions apart", () => {
    const run = new RunAggregate();
    message(run, "1");
    run.received("1", "a", "b", START_US + 300);
    const summary = run.close("x", { rooms: 1, roomSize: 2 }, [50]);
    expect(summary).toMatchObject({ expected: 2, received: 3, repeated: 1 });
    expect(lossOf(summary)).toBe(0);
  });
});

describe("what is left out", () => {
  test("the warm-up: what was planned before its end, whenever it was sent or received", () => {
    const run = new RunAggregate();
    run.run({ ...META, warmup_ms: 5000, end: END });
    run.received("early", "a", "b", START_US + 9_000_000);
    run.sent("early", "a", START_US + 6_000_000, START_US + 4_999_999);
    run.received("early", "a", "a", START_US + 9_000_000);
    message(run, "late", START_US + 5_000_000);
    expect(run.close("x", UNKNOWN, [50])).toMatchObject({
      sent: 1,
      received: 2,
      unmatched: 0,
      spanUs: 200,
      notes: ["the messages planned in the first 5s (warm-up) are left out"],
    });
  });

  test("deliveries of messages that were never sent", () => {
    const run = new RunAggregate();
    message(run, "1");
    run.received("2", "a", "a", START_US);
    run.received("2", "a", "b", START_US);
    expect(run.close("x", { rooms: 1, roomSize: 2 }, [50])).toMatchObject({
      received: 2,
      unmatched: 2,
      notes: ["2 deliveries left out: the message was never seen as sent"],
    });
  });

  test("a second sending of the same message", () => {
    const run = new RunAggregate();
    message(run, "1");
    run.sent("1", "a", START_US + 900, null);
    const { sent, fromSent, notes } = run.close("x", { rooms: 1, roomSize: 2 }, [50]);
    expect({ sent, max: fromSent?.max }).toEqual({ sent: 1, max: 200 });
    expect(notes).toEqual(["1 message written as sent more than once: the first time counts"]);
  });

  test("nothing at all is a run, too", () => {
    const run = new RunAggregate();
    run.run({ ...META, end: { ...END, sent: 0, expected: 0, received: 0 } });
    expect(run.close("x", UNKNOWN, [50])).toMatchObject({ clients: 0, sent: 0, expected: 0, spanUs: null });
  });
});

test("a run that began at no time is one without a warm-up", () => {
  const run = new RunAggregate();
  run.run({ ...META, started_at: { toString: 1 } as unknown as string });
  message(run, "1");
  expect(run.close("x", UNKNOWN, [50]).sent).toBe(1);
});

test("of a sample says so, and that its rates are estimates", () => {
  const run = new RunAggregate();
  run.run({ ...META, sample: 20, end: END });
  message(run, "1");
  const { sample, sent, notes } = run.close("x", UNKNOWN, [50]);
  expect({ sample, sent }).toEqual({ sample: 20, sent: 1 });
  expect(notes).toContain("rates per second are estimated from one in 20 messages");
});

test("the end of the run becomes notes, its warnings without control characters", () => {
  const run = new RunAggregate();
  const warnings = ["the event loop lagged\u001b[31m"];
  run.run({ ...META, end: { ...END, interrupted: true, connect_errors: 1, disconnects: 2000, warnings } });
  message(run, "1");
  expect(run.close("x", UNKNOWN, [50]).notes).toEqual([
    "the run was interrupted before its time",
    "1 client could not connect",
    "2,000 connections ended before the test did",
    "the event loop lagged[31m",
  ]);
});
