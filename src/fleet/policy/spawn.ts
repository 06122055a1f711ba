import { formatCount } from "../../lib/format.ts";
import type { FleetLoad } from "./fleet-load.ts";
import type { Decision, FleetState } from "./fleet-state.ts";
import { decidedWithin, type PolicyHistory } from "./history.ts";
import type { PolicyOptions } from "./options.ts";
import { seconds } from "./wording.ts";

/**
 * One more server, if the fleet has fewer than `min`, or if one has more load than `spawnAt` and no other has room to
 * spare. Never more children than `max`, one spawn every `spawnEveryMs`, and none for the same server within
 * `spawnRestMs`. Not a rule here: how long to wait with children that die at once.
 *
 * @param starting children that were spawned and are not in `fleet` yet. They, and ready servers too young to have
 * figures, are help on its way: only as many servers as are hot beyond their number ask for another.
 */
export function spawn(
  fleet: FleetState,
  load: FleetLoad,
  starting: number,
  history: PolicyHistory,
  options: PolicyOptions,
  now: number,
): Decision | null {
  const staying = fleet.filter(({ phase }) => phase !== "draining");
  const children = staying.filter(({ kind }) => kind === "child").length + starting;
  if (children >= options.max) return null;
  if (decidedWithin(history, options.spawnEveryMs, now, ({ type }) => type === "spawn")) return null;

  const servers = staying.length + starting;
  if (servers < options.min) {
    const reason = `${formatCount(servers)} of at least ${formatCount(options.min)} servers`;
    return { type: "spawn", because: null, reason, figures: { servers, min: options.min } };
  }

  const spareBelow = options.spareBelow * options.spawnAt;
  const measured = load.ready.filter((server) => server.measured);
  if (measured.some((server) => server.load < spareBelow)) return null;
  const hot = measured.filter((server) => server.load > options.spawnAt).sort((a, b) => b.load - a.load);
  if (hot.length <= starting + load.ready.length - measured.length) return null;
  const cause = hot.find(({ server: { id } }) => {
    const forIt = (past: Decision) => past.type === "spawn" && past.because === id;
    return !decidedWithin(history, options.spawnRestMs, now, forIt);
  });
  if (cause === undefined) return null;

  const { server, writes, connections } = cause;
  const reason =
    writes > options.spawnAt
      ? `server ${server.id}: ${formatCount(writes)} writes/s over the last ${seconds(options.loadWindowMs)}, ` +
        `above ${formatCount(options.spawnAt)}, and no other under ${formatCount(spareBelow)}`
      : `server ${server.id}: ${formatCount(connections)} connections, above ` +
        `${formatCount(options.connectionsAt)}, and no other under ${formatCount(options.spareBelow * 100)} % of that load`;
  return {
    type: "spawn",
    because: server.id,
    reason,
    figures: {
      writes_per_s: writes,
      connections,
      spawn_at: options.spawnAt,
      spare_below: spareBelow,
      servers,
    },
  };
}
