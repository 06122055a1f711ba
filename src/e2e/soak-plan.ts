import type { Random } from "../lib/random.ts";

/** What goes wrong, and at whom: at a server, or on the way of one client. */
const TARGETS = {
  /** kill -9, and a restart on the same port and file after the spell. */
  kill: "server",
  /** SIGSTOP, and SIGCONT after the spell. */
  pause: "server",
  cut: "client",
  /** Everything vanishes both ways; cut after the spell, as nothing else would tell the client. */
  "half-open": "client",
  /** Everything takes longer. */
  slow: "client",
  /** The client reads nothing, while its room is loud. */
  stall: "client",
} as const;

export type FaultKind = keyof typeof TARGETS;
export const FAULT_KINDS = Object.keys(TARGETS) as FaultKind[];

export interface Fault {
  kind: FaultKind;
  /** Number of the server or of the client. */
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
  cut: { weight: 4, shortest: 0, longest: 0 },
  "half-open": { weight: 2, shortest: 100, longest: 2500 },
  slow: { weight: 2, shortest: 500, longest: 4000 },
  stall: { weight: 2, shortest: 1000, longest: 4000 },
};

/**
 * The faults of a soak in the order of their time, `meanPauseMs` apart in the mean. Spells overlap, but not at the same
 * target, and all of them end within `durationMs`.
 */
export function planFaults(
  {
    durationMs,
    meanPauseMs,
    servers,
    clients,
  }: Record<"durationMs" | "meanPauseMs" | "servers" | "clients", number>,
  random: Random,
): Fault[] {
  const faults: Fault[] = [];
  const busyUntil = {
    server: new Array<number>(servers).fill(0),
    client: new Array<number>(clients).fill(0),
  };
  for (let at = random() * meanPauseMs; at < durationMs; at += 2 * random() * meanPauseMs) {
    const kind = draw(random);
    const { shortest, longest } = SPELLS[kind];
    const busy = busyUntil[TARGETS[kind]];
    const target = Math.floor(random() * busy.length);
    const forMs = Math.round(shortest + random() * (longest - shortest));
    if (busy[target]! > at || at + forMs > durationMs) continue;
    busy[target] = at + forMs + REST_MS;
    faults.push({ kind, target, at: Math.round(at), forMs });
  }
  return faults;
}

/** A server that is killed again before it listens, or a client before it is back, tests nothing more. */
const REST_MS = 500;

function draw(random: Random): FaultKind {
  const lots = FAULT_KINDS.flatMap((kind) => new Array<FaultKind>(SPELLS[kind].weight).fill(kind));
  return lots[Math.floor(random() * lots.length)]!;
}
