import { formatCount } from "../../../src/lib/format.ts";
import type { Contestant } from "../contestants/contestant.ts";
import { withFresh } from "../contestants/fresh.ts";
import { nats, nchan } from "../contestants/packaged.ts";
import { scaleChat } from "../contestants/scale-chat.ts";
import { bunPublish, nodeWs, socketIo } from "../contestants/scripted.ts";
import { count, describeSearch, FOUND, figuresOf, noteOf } from "../figures/found.ts";
import { loadRooms, sendingSecondsOf } from "../loads/room-load.ts";
import { searchHighest } from "../loads/search.ts";
import type { Column, Effort, Entrant, Measurement, Row } from "../row.ts";

const CLIENTS = 1000;
const SIZE = 64;
/** Messages a second. */
const MOST = 100_000;
const columns: Column[] = [count("rate", "messages/s in"), ...Object.values(FOUND)];

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
    [nodeWs, 50],
    [socketIo, 25],
    [nchan, 100],
    [bunPublish, 500],
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
      `${formatCount(CLIENTS)} clients in one room, ${SIZE} B a message, all speaking by an open-loop plan. ` +
      describeSearch("rate", mostMs),
    aims: [
      {
        text: `${formatCount(aim)} deliveries/s at p99 ≤ ${mostMs} ms`,
        ...{ key: "deliveries", atLeast: aim },
      },
    ],
    entrants: entrants.map(([contestant, start], i) => entrantOf(contestant, start, mostMs, i === 0)),
  };
}

function entrantOf(contestant: Contestant, start: number, mostMs: number, isOurs: boolean): Entrant {
  const { name, missing } = contestant;
  return { name, missing, isOurs, measure: (effort) => searchRate(contestant, start, mostMs, effort) };
}

async function searchRate(
  contestant: Contestant,
  start: number,
  mostMs: number,
  { steps, retries, times }: Effort,
): Promise<Measurement> {
  const room = { rooms: 1, roomSize: CLIENTS, size: SIZE, ...times };
  const attempt = (rate: number) =>
    withFresh(contestant, {}, (servers) => loadRooms(contestant, servers, { ...room, rate }));
  const found = await searchHighest({ start, most: MOST, steps, retries, mostMs, attempt });
  return {
    figures: { ...figuresOf(found, sendingSecondsOf(times)), rate: found.good ?? 0 },
    note: noteOf(found, "/s"),
  };
}
