import { formatCount } from "../../lib/format.ts";
import type { Decision, ServerPhase } from "./fleet-state.ts";
import type { Survey } from "./situation.ts";
import { seconds } from "./wording.ts";

/**
 * Drains one child, if even the highest load of the last `retireAfterMs` would leave the fleet under `retireBelow`
 * without it; never below `min`, never while one starts. The one with the fewest clients, because whoever does not
 * leave within `retirePatienceMs` has to move. A server on another host came by itself and goes by its own operator's word, so it is never retired.
 */
export function retire({ fleet, load, starting, history, options, now }: Survey): Decision | null {
  const left = load.ready.length - 1;
  if (starting > 0 || left < Math.max(1, options.min)) return null;
  const draining = fleet.filter(({ phase }) => phase === "draining" || phase === "retiring").length;
  if (draining > 0 && draining >= Math.floor(options.retireShare * fleet.length)) return null;

  const from = now - options.retireAfterMs;
  const watched = history.loads.filter(({ at }) => at > from);
  if (watched.length === 0 || history.loads[0]!.at > from) return null;
  const highest = watched.reduce((most, entry) => Math.max(most, entry.load), 0) / left;
  const below = options.retireBelow * options.spawnAt;
  if (highest >= below) return null;

  const grown = load.ready.filter(({ server, grown }) => server.kind === "child" && grown);
  if (grown.length === 0) return null;
  const { server, connections } = grown.reduce((a, b) => (b.connections < a.connections ? b : a));
  return {
    type: "retire",
    server: server.id,
    patienceMs: options.retirePatienceMs,
    reason:
      `without server ${server.id} the fleet would have carried at most ${formatCount(highest)} writes/s a server ` +
      `over the last ${seconds(options.retireAfterMs)}, under ${formatCount(below)}`,
    figures: {
      writes_per_s_without: highest,
      retire_below: below,
      clients: connections,
      servers: load.ready.length,
    },
  };
}

/** A server as far as its retirement goes. */
export interface Retiring {
  phase: ServerPhase;
  connections: number;
  /** When its clients have had their time, milliseconds since the epoch; `null` while it stays. */
  emptiesAt: number | null;
}

/** Those that are to end now: their clients have left by themselves, or have had their time to. */
export function dueRetirements<S extends Retiring>(fleet: readonly S[], now: number): S[] {
  return fleet.filter(
    ({ phase, connections, emptiesAt }) => phase === "retiring" && (connections === 0 || now >= emptiesAt!),
  );
}
