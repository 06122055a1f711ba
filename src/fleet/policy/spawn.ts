import { formatCount } from "../../lib/format.ts";
import type { Decision, FleetState } from "./fleet-state.ts";
import { decidedWithin } from "./history.ts";
import type { Survey } from "./situation.ts";
import { loadInWords, seconds } from "./wording.ts";

/**
 * One more server, if the fleet has fewer than `min`; or if one has more load than `spawnAt` and no other has room to
 * spare; or if all of them are silent; or if the whole fleet is over `growAbove`, since in a large fleet there is always some server with room.
 * Never more children than `max`, one spawn every `spawnEveryMs`, and none for the same server within `spawnRestMs`.
 * How long to wait with children that die at once is not a rule here, but in `replace.ts`.
 * Children that start, and ready servers too young to have figures, are help on its way: only as many servers as are
 * hot beyond their number ask for another.
 */
export function spawn(survey: Survey): Decision | null {
  const { fleet, starting, history, options, now } = survey;
  const staying = fleet.filter(({ phase }) => phase !== "draining" && phase !== "retiring");
  const children = staying.filter(({ kind }) => kind === "child").length + starting;
  if (children >= options.max) return null;
  if (decidedWithin(history, options.spawnEveryMs, now, ({ type }) => type === "spawn")) return null;

  const servers = staying.length + starting;
  if (servers < options.min) {
    const reason = `${formatCount(servers)} of at least ${formatCount(options.min)} servers`;
    return { type: "spawn", because: null, reason, figures: { servers, min: options.min } };
  }

  return standIn(staying, starting) ?? relieve(survey) ?? grow(survey);
}

/**
 * Where all servers are silent nobody can come in, perhaps for as long as it takes until they are given up. Those of other
 * hosts alone are their operator's: they have ended, as a rule, and nobody asked for others.
 */
function standIn(staying: FleetState, starting: number): Decision | null {
  if (starting > 0 || !staying.some(({ kind }) => kind === "child")) return null;
  if (!staying.every(({ isSilent }) => isSilent)) return null;
  const servers = staying.length;
  const who = servers === 1 ? `server ${staying[0]!.id} tells` : `all ${formatCount(servers)} servers tell`;
  return {
    type: "spawn",
    because: null,
    reason: `${who} nothing, and nobody can come in`,
    figures: { servers },
  };
}

function relieve({ load: { ready }, starting, history, options, now }: Survey): Decision | null {
  const spareBelow = options.spareBelow * options.spawnAt;
  const measured = ready.filter((server) => server.measured);
  if (measured.some((server) => server.load < spareBelow)) return null;
  const hot = measured.filter((server) => server.load > options.spawnAt).sort((a, b) => b.load - a.load);
  if (hot.length <= starting + ready.length - measured.length) return null;
  const cause = hot.find(({ server: { id } }) => {
    const forIt = (past: Decision) => past.type === "spawn" && past.because === id;
    return !decidedWithin(history, options.spawnRestMs, now, forIt);
  });
  if (cause === undefined) return null;

  const { server, writes, connections } = cause;
  const told = loadInWords(writes, connections, options.loadWindowMs, options);
  const reason = `server ${server.id}: ${told.above(options.spawnAt)}, and no other under ${told.limit(spareBelow)}`;
  const figures = { writes_per_s: writes, connections, spawn_at: options.spawnAt, spare_below: spareBelow };
  return { type: "spawn", because: server.id, reason, figures };
}

function grow({ load: { ready }, starting, options }: Survey): Decision | null {
  const servers = ready.length + starting;
  // One without figures yet is room for others, not a load.
  const all = ready.reduce((sum, { measured, load }) => sum + (measured ? load : 0), 0);
  const shared = all / Math.max(1, servers);
  const limit = options.growAbove * options.spawnAt;
  if (shared <= limit) return null;
  const reason =
    `the fleet: a load of ${formatCount(shared)} writes/s on each of ${formatCount(servers)} servers ` +
    `over the last ${seconds(options.loadWindowMs)}, above ${formatCount(limit)}`;
  return { type: "spawn", because: null, reason, figures: { mean_load: shared, grow_above: limit, servers } };
}
