import { formatCounted } from "../../lib/format.ts";
import { Arrivals } from "./arrivals.ts";
import { type FleetLoad, loadBound, loadOf, newcomerWrites, type ServerLoad } from "./fleet-load.ts";
import type { Decision, Move } from "./fleet-state.ts";
import { decidedWithin, stuckRooms } from "./history.ts";
import { planMoves } from "./moves.ts";
import type { Survey } from "./situation.ts";
import { meanOver } from "./windows.ts";
import { loadInWords, seconds } from "./wording.ts";

/** A server that has to send clients away. */
interface Source {
  server: ServerLoad;
  load: number;
  /** How much of the load has to go. */
  excess: number;
  why: string;
  figures: Record<string, number>;
}

/**
 * Moves up to `shedShare` of the clients of every server over `shedAbove`, far over the others, or whose event loop is
 * late, each to a named server; the hottest first, and none where no server has room to spare. An order replaces the
 * one before.
 */
export function redistribute(survey: Survey): Decision[] {
  const { load: fleet, history, options, now } = survey;
  const sources = fleet.ready
    .map((server) => findSource(server, fleet, now))
    .filter((source) => source !== null)
    .filter(({ server: { server } }) => {
      const ofIt = (past: Decision) => past.type === "redistribute" && past.server === server.id;
      return !decidedWithin(history, options.shedRestMs, now, ofIt);
    })
    .sort((a, b) => b.load - a.load);
  if (sources.length === 0) return [];

  const planned = onTheirWay(survey);
  return sources.flatMap(({ server, load, excess, why, figures }) => {
    const moves = planMoves(server, load, excess, fleet, planned, stuckRooms(history, server.server, now));
    if (moves.length === 0) return [];
    const clients = moves.reduce((sum, move) => sum + move.clients, 0);
    const to = [...new Set(moves.map((move) => move.to))];
    const where = to.length > 3 ? formatCounted(to.length, "server") : to.join(", ");
    const reason = `server ${server.server.id}: ${why}; ${formatCounted(clients, "client")} to ${where}`;
    const decision: Decision = {
      type: "redistribute",
      server: server.server.id,
      moves,
      reason,
      figures: { ...figures, clients },
    };
    return [decision];
  });
}

function findSource(server: ServerLoad, fleet: FleetLoad, now: number): Source | null {
  return findOverload(server, fleet, now) ?? findLag(server, fleet, now);
}

function findOverload(server: ServerLoad, fleet: FleetLoad, now: number): Source | null {
  const { spawnAt, shedAbove, loadFactor, shedWindowMs, quietBelow } = fleet.options;
  const writes = meanOver(server.server.samples, "writesPerSecond", shedWindowMs, now);
  if (writes === null) return null;
  const load = loadOf(writes, server.connections, fleet.options);
  const absolute = Math.round(shedAbove * spawnAt);
  const relative = Math.round(Math.max(quietBelow * spawnAt, loadFactor * fleet.grownMean));
  const limit = Math.min(absolute, relative);
  if (load <= limit) return null;
  const uneven = limit < absolute;
  const times = uneven ? `, ${(load / fleet.grownMean).toFixed(2)} times the mean` : "";
  const why = `${loadInWords(writes, server.connections, shedWindowMs, fleet.options).above(limit)}${times}`;
  const figures = {
    writes_per_s: writes,
    connections: server.connections,
    shed_above: limit,
    mean_load: fleet.grownMean,
  };
  return { server, load, excess: load - (uneven ? loadBound(fleet) : spawnAt), why, figures };
}

function findLag(server: ServerLoad, { options }: FleetLoad, now: number): Source | null {
  const { shedAbove, shedLagMs, shedLagWindowMs } = options;
  const lag = meanOver(server.server.samples, "lagMs", shedLagWindowMs, now);
  if (lag === null || lag <= shedLagMs) return null;
  const { load, writes } = server;
  const why = `event loop ${lag.toFixed(1)} ms late over the last ${seconds(shedLagWindowMs)}, above ${shedLagMs} ms`;
  const figures = { lag_ms: lag, shed_lag_ms: shedLagMs, writes_per_s: writes };
  // How much is too much for it nobody knows: as if it stood at the limit.
  return { server, load, excess: load - load / shedAbove, why, figures };
}

/** Where the orders of the last seconds sent clients that the figures do not show yet. */
function onTheirWay({ load, history, options, now }: Survey): Arrivals {
  const arrivals = new Arrivals();
  const count = ({ room, to, clients }: Move) => arrivals.add(to, newcomerWrites(load, room), clients);
  for (const { at, decision } of history.decisions) {
    if (at > now - options.shedRestMs && decision.type === "redistribute") decision.moves.forEach(count);
  }
  return arrivals;
}
