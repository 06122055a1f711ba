/**
 * The healthy readers of `bench-slow-readers.ts`, in a process of their own: they fill one room, send by an open-loop
 * schedule, and count for each phase what arrives and how late. Tells its parent when sending starts, and in the end
 * the figures. The parts are those of `scale-chat loadtest`.
 */
import { openBunSocket } from "../../src/client/bun-socket.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { seededRandom } from "../../src/lib/random.ts";
import { exactly } from "../../src/lib/range.ts";
import type { Chatter } from "../../src/loadtest/chatter/chatter.ts";
import { memoOfContents, memoOfFrames } from "../../src/loadtest/chatter/frame-memo.ts";
import { keyOf } from "../../src/loadtest/chatter/identity.ts";
import { Crowd } from "../../src/loadtest/crowd/crowd.ts";
import type { Author } from "../../src/loadtest/ledger/author.ts";
import { Tally } from "../../src/loadtest/ledger/tally.ts";
import { gapsOf } from "../../src/loadtest/plan/gaps.ts";
import { roomName } from "../../src/loadtest/plan/visits.ts";
import { Agenda } from "../../src/loadtest/schedule/agenda.ts";
import type { DialectName } from "../../src/protocol/dialect.ts";
import { dialects } from "../../src/protocol/dialects.ts";

/** What the parent asks for; as JSON in the first argument. */
export interface HealthyLoad {
  url: string;
  dialect: DialectName;
  clients: number;
  /** Messages a second, of all clients together. */
  rate: number;
  /** Bytes of text. */
  size: number;
  /** How long each phase lasts, seconds. */
  phases: number[];
}

/** Ids of these clients begin with it. */
const RUN = "healthy";

/** The room they are in. */
export const ROOM = roomName(RUN, 0);

/** What the parent is told. */
export type HealthyNews = { type: "started" } | ({ type: "done" } & HealthyFigures);

export interface HealthyFigures {
  phases: PhaseFigures[];
  /** Deliveries beyond one to each client. */
  repeated: number;
  /** Connections that ended before the end. */
  disconnects: number;
}

export interface PhaseFigures {
  expected: number;
  received: number;
  /** From the scheduled time, milliseconds. */
  p50: number;
  p99: number;
  worst: number;
  /** How late the generator itself sent, milliseconds. */
  lagP99: number;
}

const PERIOD_MS = 5;
const SETTLE_MS = 10_000;
const RAMP_MS = 3000;
const CONNECT_TIMEOUT_MS = 20_000;

if (import.meta.main) await run(JSON.parse(process.argv[2]!) as HealthyLoad);

async function run(load: HealthyLoad): Promise<void> {
  const { clients, rate, dialect } = load;
  const duration = load.phases.reduce((sum, seconds) => sum + seconds * 1000, 0);
  const gaps = gapsOf(exactly((clients * 1000) / rate), "fixed", seededRandom(1));
  const [frames, contents] = [memoOfFrames(), memoOfContents(dialects[dialect])];
  let frameUs = 0;
  const now = () => {
    frameUs = Math.round(systemClock.now() * 1000);
  };
  const tallies = load.phases.map(() => new Tally());
  let repeated = 0;
  /** A message belongs to the phase in which it was to be sent. */
  const tallyOf = (second: number): Tally => {
    let end = 0;
    const phase = load.phases.findIndex((seconds) => {
      end += seconds;
      return second < end;
    });
    return tallies[phase]!;
  };

  const authors = new Map<string, Author>();
  const text = "x".repeat(load.size);
  const crowd = new Crowd({
    dialect: dialects[dialect],
    text: () => text,
    nameOf: () => ROOM,
    isShared: () => false,
    openSocket: openBunSocket,
    tokenOf: () => null,
    random: Math.random,
    connectTimeout: CONNECT_TIMEOUT_MS,
    clock: systemClock,
    decode(frame) {
      now();
      return frames.read(frame);
    },
    read(frame) {
      now();
      return contents.read(frame);
    },
    onMessages(_, messages) {
      for (const { sender, sequence } of messages.map((message) => keyOf(message)!))
        receive(sender, sequence);
    },
    onComing: ({ author }) => authors.set(author.id, author),
    onComplaint() {},
    onJoined() {},
    onBack() {},
    onGone() {},
    onLeft() {},
  });
  const visits = Array.from({ length: clients }, (_, i) => ({
    ...{ id: `${RUN}.0.${i}`, room: 0, generation: 0, url: load.url, isSlow: false },
    ...{ from: (i * RAMP_MS) / clients, to: Number.POSITIVE_INFINITY },
  }));
  await crowd.bringIn(visits, CONNECT_TIMEOUT_MS, () => false);
  const { attendance } = crowd;
  if (attendance.present < clients)
    throw new Error(`only ${attendance.present} of ${clients} clients came in`);
  const startedAt = Math.ceil(systemClock.now());
  tell({ type: "started" });
  const agenda = new Agenda(duration);
  for (const chatter of crowd.chatters) {
    const perform = (due: number) => {
      publish(chatter, due);
      return due + gaps.next();
    };
    agenda.add(gaps.first(), { perform });
  }
  for (let passed = 0; passed < duration; passed = systemClock.now() - startedAt) {
    agenda.performUntil(passed, Number.POSITIVE_INFINITY);
    await Bun.sleep(PERIOD_MS);
  }
  const deadline = performance.now() + SETTLE_MS;
  while (tallies.some(({ outstanding }) => outstanding > 0) && performance.now() < deadline) {
    await Bun.sleep(PERIOD_MS);
  }
  tell({ type: "done", phases: tallies.map(figuresOf), repeated, disconnects: attendance.disconnects });
  await crowd.takeOut();
  process.disconnect?.();

  function publish(chatter: Chatter, due: number): void {
    if (!chatter.isIn) return;
    const now = systemClock.now();
    const second = Math.floor(due / 1000);
    const tally = tallyOf(second);
    const flight = tally.send({
      scheduledUs: Math.round((startedAt + due) * 1000),
      sentUs: Math.round(now * 1000),
      ...{ members: clients, second, counts: true, waited: false },
    });
    const { author } = chatter;
    author.flights.set(++author.sequence, flight);
    chatter.send(new Date(now).toISOString());
  }

  function receive(id: string, sequence: number): void {
    const { flights } = authors.get(id)!;
    const flight = flights.get(sequence);
    // Complete messages are forgotten: one more delivery is one too many.
    if (flight === undefined) {
      repeated++;
      return;
    }
    tallyOf(flight.second).receive([flight], [frameUs]);
    if (flight.missing === 0) flights.delete(sequence);
  }
}

function figuresOf(tally: Tally): PhaseFigures {
  const { expected, received, fromScheduled, sendLag } = tally;
  const [p50, p99, worst] = fromScheduled.percentiles([50, 99, 100]).map((us) => us! / 1000);
  const lagP99 = (sendLag.percentile(99) ?? 0) / 1000;
  return { expected, received, p50: p50!, p99: p99!, worst: worst!, lagP99 };
}

function tell(news: HealthyNews): void {
  process.send?.(news);
}
