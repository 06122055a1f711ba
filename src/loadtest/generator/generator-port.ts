import type { PackedSayings } from "../ledger/sayings.ts";
import type { LoadOptions } from "../options.ts";
import type { Share } from "../plan/visits.ts";
import type { PartSnapshot } from "../watch/progress.ts";
import type { Account } from "./account.ts";

/** How often a generator in another process tells how it is. */
export const SNAPSHOT_MS = 250;

/** What a generator in another process is told, and what it tells. */
export type GeneratorOrder =
  | { type: "share"; options: LoadOptions; runId: string; share: Share; path: string | null }
  | { type: "connect" }
  | { type: "send"; startedAt: number }
  | { type: "learn"; sayings: PackedSayings }
  | { type: "stop" }
  | { type: "leave" };
export type GeneratorNews =
  | { type: "ready" }
  | { type: "snapshot"; snapshot: PartSnapshot }
  | { type: "connected"; present: number }
  | { type: "sent" }
  | { type: "sayings"; sayings: PackedSayings }
  | { type: "left"; account: Account };

/** A generator as whoever runs the test sees it, in this process or in another. Any call may reject when it is gone. */
export interface GeneratorPort {
  /** Brings in everyone who is to be there from the beginning. Answers with how many are. */
  connect(): Promise<number>;
  /** Sends by plan, from `startedAt` on, in milliseconds since the epoch. Resolves when the plan is at its end. */
  send(startedAt: number): Promise<void>;
  /** Tells it what was said by others in rooms of which it may have members. */
  learn(sayings: PackedSayings): void;
  /** Ends connecting and sending before their time. */
  stop(): void;
  /** Everyone leaves. */
  leave(): Promise<Account>;
  /** How it was last known to be. */
  snapshot(): PartSnapshot;
}
