import { join } from "node:path";
import type { Held } from "./soak-held.ts";
import type { FaultKind } from "./soak-plan.ts";
import { SoakServer } from "./soak-server.ts";
import type { TcpProxy } from "./tcp-proxy.ts";

/** Servers that are one chat, and what keeps their log. */
export interface SoakWorld {
  readonly servers: readonly SoakServer[];
  /** The ways between the servers and their log, where it is not their own. */
  readonly links: readonly TcpProxy[];
  /** What may go wrong here. */
  readonly kinds: readonly FaultKind[];
  /** Carries out a fault of the log; what loses its data happens within `lose`. */
  breakLog(kind: FaultKind, forMs: number, lose: Lose): Promise<void>;
  /** Leaves nothing behind, whatever happened. */
  clear(): Promise<void>;
}

/**
 * Carries out an action, and notes before and after it that the log loses its data. The action answers with what the log
 * held in that moment, as far as it is known.
 */
export type Lose = (action: () => Promise<readonly Held[]>) => Promise<void>;

export const SERVER_FAULTS = ["kill", "pause", "cut", "half-open", "slow", "stall"] as const;

/** One server that keeps its messages in a file. */
export async function durableWorld(folder: string, options: readonly string[]): Promise<SoakWorld> {
  const server = await SoakServer.prepare(() => ["--data", join(folder, "chat.db"), ...options]);
  const clear = () => server.clear();
  await startAll([server], clear);
  return {
    ...{ servers: [server], links: [], kinds: SERVER_FAULTS, clear },
    breakLog: () => Promise.reject(new Error("the log is the server's own")),
  };
}

const FLEET = 3;
/** Short: a server that stops sends its clients away within a good second. */
const DRAIN_TIMEOUT = "2s";

/** Servers over one log, each of which sends its clients to the next one when it stops; none runs yet. */
export async function prepareFleet(storage: (number: number) => readonly string[]): Promise<SoakServer[]> {
  const servers: SoakServer[] = [];
  for (let number = 0; number < FLEET; number++) {
    const args = () => {
      const next = servers[(number + 1) % FLEET]!;
      const drain = ["--drain-timeout", DRAIN_TIMEOUT, "--drain-to", `ws://127.0.0.1:${next.port}`];
      return [...storage(number), ...drain];
    };
    servers.push(await SoakServer.prepare(args));
  }
  return servers;
}

/** Starts all of them; with `clear` nothing is left behind when one does not. */
export async function startAll(servers: readonly SoakServer[], clear: () => Promise<void>): Promise<void> {
  // All settle first: one that is still starting would be left behind.
  const started = await Promise.allSettled(servers.map((server) => server.restart()));
  const failed = started.find((outcome) => outcome.status === "rejected");
  if (failed === undefined) return;
  await clear();
  throw failed.reason;
}
