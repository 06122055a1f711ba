import { describe, expect, test } from "bun:test";
import { type Random, seededRandom } from "../lib/random.ts";
import { type Counts, check, type HistoryEvent } from "./history-checker.ts";
import { COUNTED } from "./history-counts.ts";

const SEED = Number(process.env.HISTORY_SEED ?? Math.floor(Math.random() * 2 ** 32));
const CLEAN: Counts = { lost: 0, repeated: 0, reordered: 0, unreportedGaps: 0, needlessGaps: 0 };

function counts(history: readonly HistoryEvent[], kept?: number): Counts {
  const verdict = check(history, kept);
  return Object.fromEntries(COUNTED.map((kind) => [kind, verdict[kind]])) as unknown as Counts;
}

const room = "r";
const seen = (client: string, offset: number, number = offset): HistoryEvent => ({
  ...{ room, type: "seen", client, offset, sender: "ann", number },
});
const opened = (client: string, since: number | null, offset: number, epoch = "e"): HistoryEvent => ({
  ...{
    room,
    type: "opened",
    client,
    since: since === null ? null : { epoch: "e", offset: since },
    epoch,
    offset,
  },
});
const said = (number: number, epoch = "e", offset = number): HistoryEvent[] => [
  { room, type: "published", sender: "ann", number },
  { room, type: "acked", sender: "ann", number, epoch, offset },
];
const gap = (client: string, from: number, to: number, newEpoch: string | null = null): HistoryEvent => ({
  ...{ room, type: "gap", client, from, to, newEpoch },
});
const loss: HistoryEvent[] = [
  { room, type: "losing" },
  { room, type: "emptied" },
];

/** Steps of several, each in its own order, mixed at random. */
function interleave(random: Random, ...lanes: HistoryEvent[][]): HistoryEvent[] {
  const rest = lanes.map((lane) => [...lane]);
  const mixed: HistoryEvent[] = [];
  for (let open = rest; open.length > 0; open = rest.filter((lane) => lane.length > 0)) {
    const lane = open[Math.floor(random() * open.length)]!;
    if (lane.length > 0) mixed.push(lane.shift()!);
  }
  return mixed;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Ann says 1 to 60, and bob hears all of it: over one socket to 40, and over another one what comes after 25. */
function overlapping(random: Random): HistoryEvent[] {
  const joined: HistoryEvent = { room, type: "joined", client: "bob", epoch: "e", offset: 0 };
  return [
    ...range(1, 60).flatMap((number) => said(number)),
    ...interleave(
      random,
      [opened("bob 1", null, 0), ...range(1, 40).map((offset) => seen("bob 1", offset))],
      [opened("bob 2", 25, 25), ...range(26, 60).map((offset) => seen("bob 2", offset))],
      [joined, ...range(1, 60).map((offset) => seen("bob", offset))],
    ),
  ];
}

/** The place of what one socket heard of the part that both had, with another one after it. */
function bothHad(history: readonly HistoryEvent[], client: string, random: Random): [number, number] {
  const places = history.flatMap((event, index) =>
    event.type === "seen" && event.client === client && event.offset > 25 && event.offset <= 40
      ? [index]
      : [],
  );
  const at = Math.floor(random() * (places.length - 1));
  return [places[at]!, places[at + 1]!];
}

describe(`a client with two sockets at a time (seed ${SEED})`, () => {
  const random = seededRandom(SEED);

  test("is clean when each brings its part, in whatever order they bring it", () => {
    for (let run = 0; run < 20; run++)
      expect(check(overlapping(random))).toMatchObject({ ...CLEAN, details: [] });
  });

  describe.each(["bob 1", "bob 2"])("%s", (socket) => {
    test("a hole counts, also if the other socket and the client have the message", () => {
      const history = overlapping(random);
      const [at] = bothHad(history, socket, random);
      expect(counts(history.toSpliced(at, 1))).toEqual({ ...CLEAN, lost: 1, unreportedGaps: 1 });
    });

    test("a repeat counts", () => {
      const history = overlapping(random);
      const [at, later] = bothHad(history, socket, random);
      expect(counts(history.toSpliced(later, 0, history[at]!))).toEqual({ ...CLEAN, repeated: 1 });
    });

    test("two that are swapped count", () => {
      const history = overlapping(random);
      const [first, second] = bothHad(history, socket, random);
      const swapped = history.with(first, history[second]!).with(second, history[first]!);
      expect(counts(swapped)).toEqual({ ...CLEAN, reordered: 1 });
    });
  });

  test("a socket that begins after or before the place that it was asked for counts", () => {
    const history = overlapping(random);
    const first = history.findIndex((event) => event.type === "seen" && event.client === "bob 2");
    expect(counts(history.toSpliced(first, 1))).toEqual({ ...CLEAN, lost: 1, unreportedGaps: 1 });
    expect(counts(history.toSpliced(first, 0, seen("bob 2", 25)))).toEqual({ ...CLEAN, repeated: 1 });
  });

  test("the client's own view counts as before, also if both sockets are whole", () => {
    const history = overlapping(random);
    const [at] = bothHad(history, "bob", random);
    expect(counts(history.toSpliced(at, 1))).toEqual({ ...CLEAN, lost: 1, unreportedGaps: 1 });
  });
});

describe("a socket and a new epoch", () => {
  const before = [
    opened("bob 1", null, 0),
    ...said(1),
    ...said(2),
    seen("bob 1", 1),
    seen("bob 1", 2),
    ...loss,
  ];
  const after = [...said(3, "f", 1), ...said(4, "f", 2)];
  const heard = (client: string) => [seen(client, 1, 3), seen(client, 2, 4)];

  test("it tells of it, in the midst or when it is opened, and owes all of it", () => {
    expect(counts([...before, gap("bob 1", 1, 0, "f"), ...after, ...heard("bob 1")])).toEqual(CLEAN);
    const next = [...before, ...after, opened("bob 2", 2, 0, "f"), gap("bob 2", 1, 0, "f")];
    expect(counts([...next, ...heard("bob 2")])).toEqual(CLEAN);
    // A window of offsets that the socket before had brought is none in the new epoch.
    expect(counts([...next, heard("bob 2")[1]!])).toEqual({ ...CLEAN, lost: 1, unreportedGaps: 1 });
  });

  test("it has to tell before the first message, not after, and need not when it ends before that", () => {
    const next = [...before, ...after, opened("bob 2", 2, 0, "f")];
    expect(counts(next)).toEqual(CLEAN);
    expect(counts([...next, ...heard("bob 2")])).toEqual({ ...CLEAN, unreportedGaps: 1 });
    const [one, two] = heard("bob 2");
    expect(counts([...next, one!, gap("bob 2", 1, 0, "f"), two!])).toMatchObject({ unreportedGaps: 1 });
  });
});

describe("a log that keeps 10 messages", () => {
  const joined: HistoryEvent = { room, type: "joined", client: "bob", epoch: "e", offset: 0 };
  const ann = [
    { room, type: "joined", client: "ann", epoch: "e", offset: 0 } as HistoryEvent,
    ...range(1, 30).map((offset) => seen("ann", offset)),
  ];
  const spoken = [joined, seen("bob", 1), ...range(1, 30).flatMap((number) => said(number))];
  const rest = (from: number) => range(from, 30).map((offset) => seen("bob", offset));

  test("a gap over what it no longer holds is none that it could spare; it has to be told", () => {
    const opening: HistoryEvent = seen("bob", 1);
    const first = [joined, ...said(1), opening, ...range(2, 30).flatMap((number) => said(number)), ...ann];
    expect(counts([...first, gap("bob", 2, 20), ...rest(21)], 10)).toEqual(CLEAN);
    expect(counts([...first, ...rest(21)], 10)).toEqual({ ...CLEAN, lost: 19, unreportedGaps: 1 });
    expect(counts([...first, gap("bob", 2, 19), ...rest(21)], 10)).toEqual({
      ...CLEAN,
      ...{ lost: 1, unreportedGaps: 1 },
    });
  });

  test("a gap over what it has to hold is needless", () => {
    expect(counts([...spoken, ...ann, gap("bob", 2, 21), ...rest(22)], 10)).toEqual({
      ...CLEAN,
      needlessGaps: 1,
    });
  });

  test("a gap that was told before the message that pushed the others out is needless", () => {
    const early = [
      joined,
      ...range(1, 29).flatMap((number) => said(number)),
      seen("bob", 1),
      gap("bob", 2, 20),
    ];
    expect(counts([...early, ...said(30), ...ann, ...rest(21)], 10)).toEqual({ ...CLEAN, needlessGaps: 1 });
  });
});
