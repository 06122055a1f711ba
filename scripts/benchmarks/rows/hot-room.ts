import { formatCount, threeDigits } from "../../../src/lib/format.ts";
import { type Attempt, bracketOf, nextLoad } from "../../../src/loadtest/limit/search.ts";
import type { Contestant } from "../contestants/contestant.ts";
import { nats, nchan } from "../contestants/packaged.ts";
import { scaleChat } from "../contestants/scale-chat.ts";
import { bunPublish, nodeWs, socketIo } from "../contestants/scripted.ts";
import { loadRoom, type RoomLoad, type RoomOutcome } from "../loads/room-load.ts";
import type { Column, Effort, Entrant, Measurement, Row } from "../row.ts";

const CLIENTS = 1000;
const SIZE = 64;
/** Others that use more than this of the cores, in % of one core, spoil a load test that does not hold. */
const DISTURBANCE_PERCENT = 25;
const MIB = 2 ** 20;
const count = (key: string, head: string): Column => ({ key, head, format: formatCount });
const columns: Column[] = [
  count("rate", "messages/s in"),
  count("deliveries", "deliveries/s"),
  count("came", "most that came/s, however late"),
  count("frames", "frames/s"),
  { key: "p50", head: "p50 ms", format: threeDigits },
  { key: "p99", head: "p99 ms", format: threeDigits },
  count("server", "server CPU %"),
  count("generator", "generator CPU %"),
  count("others", "others CPU %"),
  count("serverMiB", "server MiB"),
  count("machineMiB", "machine MiB"),
];

export const nativeRoom = hotRoom({
  id: "P1",
  title: "one hot room, as fast as it can be heard",
  aim: 10_000_000,
  mostMs: 100,
  // NATS gathers messages in its frames, too; whatever writes one message a frame stands in the other row.
  entrants: [
    [scaleChat("native"), 2000],
    [nats, 200],
  ],
});

export const plainRoom = hotRoom({
  id: "P2",
  title: "one hot room, one message a frame",
  aim: 1_000_000,
  mostMs: 50,
  entrants: [
    [scaleChat("plain"), 500],
    [bunPublish, 500],
    [nodeWs, 50],
    [socketIo, 25],
    [nchan, 100],
  ],
});

interface HotRoom {
  id: string;
  title: string;
  /** Deliveries a second. */
  aim: number;
  /** That the 99th percentile may be. */
  mostMs: number;
  /** Ours first. `start`: messages a second that are tried first, roughly where the limit lies on two cores. */
  entrants: Array<[contestant: Contestant, start: number]>;
}

function hotRoom({ id, title, aim, mostMs, entrants }: HotRoom): Row {
  return {
    ...{ id, title, columns, repeat: 1 },
    method:
      `${formatCount(CLIENTS)} clients in one room, ${SIZE} B a message, all speaking by an open-loop plan. The rate is ` +
      `doubled or halved, then bisected, and the highest that held in the few load tests of this run is told: p99 from ` +
      `the scheduled time at most ${mostMs} ms, nothing lost. What did not hold while others used more than ` +
      `${DISTURBANCE_PERCENT} % of a core is tried again, a few times.`,
    aim: {
      text: `${formatCount(aim)} deliveries/s at p99 ≤ ${mostMs} ms`,
      ...{ key: "deliveries", atLeast: aim },
    },
    entrants: entrants.map(([contestant, start], i) => entrantOf(contestant, start, mostMs, i === 0)),
  };
}

function entrantOf(contestant: Contestant, start: number, mostMs: number, isOurs: boolean): Entrant {
  const { name, missing } = contestant;
  return { name, missing, isOurs, measure: (effort) => searchRate(contestant, start, mostMs, effort) };
}

/** A load test has a server of its own, so that none begins with what the one before has left behind. */
async function loadFresh(contestant: Contestant, load: RoomLoad): Promise<RoomOutcome> {
  const server = await contestant.start();
  try {
    return await loadRoom(contestant, server, load);
  } finally {
    await server.stop();
  }
}

async function searchRate(
  contestant: Contestant,
  start: number,
  mostMs: number,
  { steps, duration, warmup }: Effort,
): Promise<Measurement> {
  const bounds = { start, least: 1, most: 100_000, resolution: 0.1, quantise: Math.round };
  const attempts: Attempt[] = [];
  const outcomes = new Map<number, RoomOutcome>();
  let retries = steps;
  while (attempts.length < steps) {
    const rate = nextLoad(attempts, bounds);
    if (rate === null) break;
    const load = { clients: CLIENTS, rate, size: SIZE, duration, warmup };
    const outcome = await loadFresh(contestant, load);
    const { received, expected, p99, othersPercent } = outcome;
    const held = p99 !== null && p99 <= mostMs && received === expected;
    // What others have spoiled says nothing of the server; a machine that is never quiet is taken as it is.
    if (!held && othersPercent > DISTURBANCE_PERCENT && retries-- > 0) continue;
    attempts.push({ load: rate, result: held ? "held" : "broke" });
    // A rate that held once and broke once has broken.
    if (!held || !outcomes.has(rate)) outcomes.set(rate, outcome);
  }
  return measurementOf(attempts, outcomes, duration + warmup);
}

function measurementOf(
  attempts: readonly Attempt[],
  outcomes: ReadonlyMap<number, RoomOutcome>,
  sendingMs: number,
): Measurement {
  const { good, bad } = bracketOf(attempts);
  const shown = good ?? bad!;
  const outcome = outcomes.get(shown)!;
  const { received, spanMs, frames, p50, p99 } = outcome;
  const perSecond = (n: number, ms: number) => (1000 * n) / ms;
  const deliveries = good === null ? 0 : perSecond(received, spanMs);
  return {
    figures: {
      came: Math.max(...[...outcomes.values()].map((other) => perSecond(other.received, other.spanMs))),
      rate: good ?? 0,
      ...{ deliveries, p50, p99 },
      frames: frames === null ? null : perSecond(frames, sendingMs),
      ...{ server: outcome.cpuPercent, generator: outcome.generatorPercent },
      others: outcome.othersPercent,
      ...{ serverMiB: outcome.serverBytes / MIB, machineMiB: outcome.machineBytes / MIB },
    },
    note: noteOf(good, bad, outcomes),
  };
}

/** What held, what did not, and what the load test says was the limit there. */
function noteOf(good: number | null, bad: number | null, outcomes: ReadonlyMap<number, RoomOutcome>): string {
  if (bad === null) return `held at ${formatCount(good!)}/s, the highest that was tried`;
  const { p99, expected, received, limit, cpuPercent, othersPercent, processes } = outcomes.get(bad)!;
  const lost = expected - received;
  const how = `p99 ${p99 === null ? "–" : threeDigits(p99)} ms${lost === 0 ? "" : `, ${formatCount(lost)} lost`}`;
  const first = good === null ? "nothing held, not even" : "did not hold";
  return (
    `${first} ${formatCount(bad)}/s: ${how}; server up to ${cpuPercent.toFixed(0)} % of a core, ` +
    `others ${othersPercent.toFixed(0)} %, ` +
    `${processes} generator${processes === 1 ? "" : "s"}; ${limit}`
  );
}
