import { formatCount, formatCounted } from "../../lib/format.ts";
import { sanitise } from "../../lib/sanitise.ts";
import type { DecisionEvent, FleetStatus, ServerStatus } from "../status.ts";
import { formatTime } from "./figures.ts";

/** What the page says, as pure functions: text from strangers comes out harmless. */

/** How many servers are in which phase, beside the number of those that are ready: `ready · 2 draining`. */
export function phasesLine(servers: readonly ServerStatus[], { max }: FleetStatus["options"]): string {
  const count = (phase: ServerStatus["phase"]) => servers.filter((server) => server.phase === phase).length;
  const others = (["retiring", "draining", "unready"] as const)
    .filter((phase) => count(phase) > 0)
    .map((phase) => `${formatCount(count(phase))} ${phase}`);
  if (others.length > 0) return `ready · ${others.join(" · ")}`;
  return `ready · at most ${formatCount(max)}`;
}

/** How near the whole fleet is to where it grows: `41 % of threshold`. */
export function capacityLine(writesPerSecond: number, ready: number, spawnAt: number): string {
  const capacity = ready * spawnAt;
  if (capacity === 0) return "no server is ready";
  return `${((100 * writesPerSecond) / capacity).toFixed(0)} % of threshold`;
}

export function decidesLine(decides: boolean): string {
  return decides ? "This balancer decides" : "Another balancer decides";
}

/** Said while nothing new comes: from when what is seen is. */
export function lostLine(lastHeard: number | null): string {
  const trying = "trying again";
  if (lastHeard === null) return `The balancer does not answer, ${trying}`;
  return `Connection to the balancer lost, ${trying}. What you see is from ${formatTime(lastHeard)}`;
}

/** What a redistribution moves: `24 clients of 2 rooms`. */
export function movesLine(moves: NonNullable<DecisionEvent["moves"]>): string {
  const clients = moves.reduce((sum, move) => sum + move.clients, 0);
  const rooms = new Set(moves.map((move) => move.room)).size;
  return `${formatCounted(clients, "client")} of ${formatCounted(rooms, "room")}`;
}

/** A figure's name as words: `writesPerSecond` or `writes_per_s` -> `writes per second`, `writes per s`. */
export function figureName(name: string): string {
  return sanitise(name)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
}

/** A number of a decision: whole ones with thousands separated, others with up to two decimals. */
export function figureValue(value: number): string {
  if (!Number.isFinite(value)) return "n/a";
  return Number.isInteger(value) ? formatCount(value) : String(Number(value.toFixed(2)));
}

/** What draining a server means for its clients. */
export function drainQuestion(connections: number): string {
  const clients =
    connections === 0
      ? "Nobody is on it."
      : connections === 1
        ? "Its 1 client is sent to another server."
        : `Its ${formatCount(connections)} clients are sent to other servers.`;
  return `${clients} Then it ends. This cannot be taken back.`;
}
