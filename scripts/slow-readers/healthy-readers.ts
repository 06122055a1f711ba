/**
 * The healthy readers of `bench-slow-readers.ts`, in a process of their own: they fill one room, send by an open-loop
 * schedule, and count for each phase what arrives and how late. Tells its parent when sending starts, and in the end
 * the figures. The parts are those of `scale-chat loadtest`.
 */
import { openBunSocket } from "../../src/client/bun-socket.ts";
import { systemClock } from "../../src/lib/clock.ts";
import type { Chatter } from "../../src/loadtest/chatter.ts";
import { Crowd } from "../../src/loadtest/crowd.ts";
import { memoOfContents, memoOfEvents } from "../../src/loadtest/frame-memo.ts";
import { Pacer } from "../../src/loadtest/pacer.ts";
import { planClients, roomName } from "../../src/loadtest/plan.ts";
import { Tally } from "../../src/loadtest/tally.ts";
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

if (import.meta.main) await run(JSON.parse(process.argv[2]!) as HealthyLoad);

async function run(load: HealthyLoad): Promise<void> {
  const { clients, rate, dialect } = load;
  const duration = load.phases.reduce((sum, seconds) => sum + seconds * 1000, 0);
  const options = {
    ...{ url: load.url, rooms: 1, roomSize: clients, size: load.size, dialect, seed: 1, duration },
    ...{
      interval: (clients * 1000) / rate,
      warmup: 0,
      ramp: 3000,
      connectTimeout: 20_000,
      settle: SETTLE_MS,
    },
  };
  const plans = planClients(options, RUN);
  const pacer = new Pacer(
    plans.map(({ phase }) => phase),
    options.interval,
    duration,
  );
  const [events, contents] = [memoOfEvents(dialects[dialect]), memoOfContents(dialects[dialect])];
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

  const crowd = new Crowd(plans, () => ROOM, {
    url: load.url,
    dialect: dialects[dialect],
    filler: "x".repeat(load.size),
    openSocket: openBunSocket,
    tokenOf: () => null,
    random: Math.random,
    clock: systemClock,
    decode(frame) {
      now();
      return events.read(frame);
    },
    read(frame) {
      now();
      return contents.read(frame);
    },
    onMessage: (_, sender, sequence) => receive(sender, sequence),
    onComplaint() {},
    onBack() {},
    onGone() {},
  });
  await crowd.bringIn(options.connectTimeout, () => false);
  const { attendance } = crowd;
  if (attendance.present < clients)
    throw new Error(`only ${attendance.present} of ${clients} clients came in`);
  // Dialects that do not greet: time to put the last client into the room.
  await Bun.sleep(500);

  const startedAt = Math.ceil(systemClock.now());
  tell({ type: "started" });
  for (let k = 0; ; ) {
    const passed = systemClock.now() - startedAt;
    for (let send = pacer.at(k); send !== null && send.due <= passed; send = pacer.at(++k)) {
      publish(crowd.chatters[send.client]!, send.due);
    }
    if (passed >= duration) break;
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
    chatter.flights.set(++chatter.sequence, flight);
    chatter.send(new Date(now).toISOString());
  }

  function receive(id: string, sequence: number): void {
    const sender = crowd.find(id)!;
    const flight = sender.flights.get(sequence);
    // Complete messages are forgotten: one more delivery is one too many.
    if (flight === undefined) {
      repeated++;
      return;
    }
    tallyOf(flight.second).receive(flight, frameUs);
    if (flight.missing === 0) sender.flights.delete(sequence);
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
