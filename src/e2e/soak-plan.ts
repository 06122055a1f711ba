import type { Random } from "../lib/random.ts";

/** What goes wrong, and at whom: at a server, the log that they share, a server's way to it, a client's way. */
const TARGETS = {
  /** kill -9, and a restart with the same messages after the spell. */
  kill: "server",
  /** SIGSTOP, and SIGCONT after the spell. */
  pause: "server",
  /** SIGTERM: it sends its clients to another one, and comes back after the spell. */
  redirect: "server",
  cut: "client",
  /** Everything vanishes both ways; cut after the spell, before the client asks for a sign of life and finds out. */
  "half-open": "client",
  /** Everything takes longer. */
  slow: "client",
  /** The client reads nothing, while its room is loud. */
  stall: "client",
  /** kill -9, and a restart with nothing of what it held. */
  "redis-kill": "log",
  /** kill -9, and a restart with everything that it held. */
  "redis-restart": "log",
  "redis-pause": "log",
  /** FLUSHALL. */
  "redis-empty": "log",
  /** The master of some rooms is killed, and its replica takes over. */
  failover: "log",
  "redis-cut": "link",
  "redis-half-open": "link",
  "redis-slow": "link",
} as const;

export type FaultKind = keyof typeof TARGETS;
export type FaultTarget = (typeof TARGETS)[FaultKind];
export const FAULT_KINDS = Object.keys(TARGETS) as FaultKind[];

export interface Fault {
  kind: FaultKind;
  on: FaultTarget;
  /** Number of the server, the client, the link. */
  target: number;
  /** From the start of the soak, milliseconds. */
  at: number;
  /** How long the spell takes, milliseconds. */
  forMs: number;
}

/** How often each kind is drawn, and how long its spells are, milliseconds. */
const SPELLS: Record<FaultKind, { weight: number; shortest: number; longest: number }> = {
  kill: { weight: 2, shortest: 0, longest: 1500 },
  pause: { weight: 2, shortest: 50, longest: 2000 },
  redirect: { weight: 2, shortest: 0, longest: 1500 },
  cut: { weight: 4, shortest: 0, longest: 0 },
  "half-open": { weight: 2, shortest: 100, longest: 2500 },
  slow: { weight: 2, shortest: 500, longest: 4000 },
  stall: { weight: 2, shortest: 1000, longest: 4000 },
  "redis-kill": { weight: 1, shortest: 0, longest: 1500 },
  "redis-restart": { weight: 2, shortest: 0, longest: 1500 },
  // Also longer than a server waits for an answer.
  "redis-pause": { weight: 2, shortest: 50, longest: 4000 },
  "redis-empty": { weight: 1, shortest: 0, longest: 0 },
  failover: { weight: 3, shortest: 0, longest: 0 },
  "redis-cut": { weight: 3, shortest: 0, longest: 0 },
  "redis-half-open": { weight: 1, shortest: 100, longest: 5000 },
  "redis-slow": { weight: 1, shortest: 500, longest: 4000 },
};

export interface PlanOptions {
  durationMs: number;
  /** Between two faults, in the mean. */
  meanPauseMs: number;
  kinds: readonly FaultKind[];
  /** What comes first, whatever is drawn; for a soak that is too short to rely on chance. */
  first?: FaultKind | undefined;
  /** How many there are. */
  targets: Readonly<Record<FaultTarget, number>>;
}

/**
 * The faults of a soak in the order of their time. Spells overlap, but not at the same target, and all of them end
 * within `durationMs`.
 */
export function planFaults(options: PlanOptions, random: Random): Fault[] {
  const { durationMs, meanPauseMs, kinds, first, targets } = options;
  const faults: Fault[] = [];
  const busyUntil = new Map<string, number>();
  const lots = kinds.flatMap((kind) => new Array<FaultKind>(SPELLS[kind].weight).fill(kind));
  for (let at = random() * meanPauseMs; at < durationMs; at += 2 * random() * meanPauseMs) {
    const drawn = lots[Math.floor(random() * lots.length)]!;
    const kind = faults.length === 0 ? (first ?? drawn) : drawn;
    const on = TARGETS[kind];
    const { shortest, longest } = SPELLS[kind];
    const target = Math.floor(random() * targets[on]);
    const forMs = Math.round(shortest + random() * (longest - shortest));
    const key = `${on} ${target}`;
    if ((busyUntil.get(key) ?? 0) > at || at + forMs > durationMs) continue;
    busyUntil.set(key, at + forMs + REST_MS);
    faults.push({ kind, on, target, at: Math.round(at), forMs });
  }
  return faults;
}

/** A server that is killed again before it listens, or a client before it is back, tests nothing more. */
const REST_MS = 500;
