import { ControlGroup } from "../../limited/control-group.ts";
import { QUARTER } from "../../limited/tests.ts";
import type { Contestant } from "../contestants/contestant.ts";
import { withFresh } from "../contestants/fresh.ts";
import { scaleChat } from "../contestants/scale-chat.ts";
import { nodeWs } from "../contestants/scripted.ts";
import { count, describeSearch, FOUND, figuresOf, noteOf, shownOf } from "../figures/found.ts";
import { loadRooms, type RoomLoad, type RoomOutcome, sendingSecondsOf } from "../loads/room-load.ts";
import { searchHighest } from "../loads/search.ts";
import type { Effort, Entrant, Measurement, Row } from "../row.ts";

const AIM = 1000;
const MOST_MS = 250;
const SIZE = 256;
/** Clients. */
const MOST = 10_000;
const { deliveries, frames, p50, p99, server, generator, others, serverMiB } = FOUND;

/** What a small server bears: the question of the original experiment, asked until the answer is no. */
export const quarterCore: Row = {
  id: "P6",
  title: "one room on a quarter of a core",
  method:
    `The server has 0.25 CPU and 512 MiB, by a control group that goes before whatever else runs; every client says ` +
    `${SIZE} B once a second to the one room. ${describeSearch("number of clients", MOST_MS)} **held back**: for how ` +
    `much of the time, added up over the cores, it had used up its share and stood still.`,
  aims: [{ text: `1,000 clients at p99 ≤ ${MOST_MS} ms`, key: "clients", atLeast: AIM }],
  repeat: 1,
  columns: [
    ...[count("clients", "clients"), deliveries, frames, p50, p99],
    ...[server, count("heldBack", "held back %"), generator, others, serverMiB],
  ],
  entrants: [
    { ...entrantOf(scaleChat("native"), 500), isOurs: true },
    entrantOf(nodeWs, 100),
    entrantOf(scaleChat("plain"), 250),
  ],
};

/** `start`: clients that are tried first. */
function entrantOf(contestant: Contestant, start: number): Entrant {
  const { name } = contestant;
  return {
    ...{ name, isOurs: false },
    missing: process.getuid?.() === 0 ? contestant.missing : "takes root, for the control group",
    measure: (effort) => searchClients(contestant, start, effort),
  };
}

async function searchClients(
  contestant: Contestant,
  start: number,
  { steps, retries, times }: Effort,
): Promise<Measurement> {
  const room = { rooms: 1, size: SIZE, ...times };
  // Once a second each.
  const attempt = (clients: number) => loadHeld(contestant, { ...room, roomSize: clients, rate: clients });
  const found = await searchHighest({ start, most: MOST, steps, retries, mostMs: MOST_MS, attempt });
  return {
    figures: {
      ...figuresOf(found, sendingSecondsOf(times)),
      clients: found.good ?? 0,
      heldBack: shownOf(found).heldBackPercent,
    },
    note: noteOf(found, " clients"),
  };
}

interface HeldOutcome extends RoomOutcome {
  heldBackPercent: number;
}

/** A load test of a server that has no more than its share. */
async function loadHeld(contestant: Contestant, load: RoomLoad): Promise<HeldOutcome> {
  const group = new ControlGroup(QUARTER);
  try {
    return await withFresh(contestant, { inside: (command) => group.inside(command) }, async (servers) => {
      const [before, begun] = [group.throttledSeconds(), performance.now()];
      const outcome = await loadRooms(contestant, servers, load);
      const share = (group.throttledSeconds() - before) / (performance.now() - begun);
      return { ...outcome, heldBackPercent: 100_000 * share };
    });
  } finally {
    group.remove();
  }
}
