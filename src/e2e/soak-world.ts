import { join } from "node:path";
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

/** Carries out an action, and notes before and after it that the log loses its data. */
export type Lose = (action: () => Promise<void>) => Promise<void>;

/** Of minutes: far more than any client misses. */
export const KEPT = ["--history", "5000"];

export const SERVER_FAULTS = ["kill", "pause", "cut", "half-open", "slow", "stall"] as const;

/** One server that keeps its messages in a file. */
export async function durableWorld(folder: string): Promise<SoakWorld> {
  const server = await SoakServer.prepare(() => ["--data", join(folder, "chat.db"), ...KEPT]);
  await startAll([server]);
  return {
    ...{ servers: [server], links: [], kinds: SERVER_FAULTS },
    breakLog: () => Promise.reject(new Error("the log is the server's own")),
    clear: () => server.clear(),
  };
}

/** Starts all of them, or leaves none behind. */
export async function startAll(servers: readonly SoakServer[]): Promise<void> {
  const started = await Promise.allSettled(servers.map((server) => server.restart()));
  const failed = started.find(({ status }) => status === "rejected");
  if (failed === undefined) return;
  await Promise.all(servers.map((server) => server.clear()));
  throw (failed as PromiseRejectedResult).reason;
}
