import type { RoomLoad } from "./loads/room-load.ts";

/** How much is measured. */
export interface Effort {
  /** What a reader of the figures should know of it; `null` where nothing was left out. */
  caveat: string | null;
  /** Of a row that takes long; figures are the median of them. */
  runs: number;
  /** That stand beside ours: the first so many of each row. */
  peers: number;
  /** Of one load test. */
  times: Pick<RoomLoad, "ramp" | "warmup" | "duration">;
  /** Load tests of one search for a highest load, and how many of those that others have spoiled are tried again. */
  steps: number;
  retries: number;
  /** Clients that connect at once, or hear one message. */
  crowd: number;
  /** Clients that are held without anything to do. */
  connections: number;
}

export const QUICK: Effort = {
  caveat:
    "**Quick**: beside ours only the first peer of each row, one run of what takes long, and fewer clients; a search has " +
    "three load tests, of 1 s after 1 s of warm-up, and one at most is tried again, so the limit is known to a factor of " +
    "two or so. Enough to see that everything works, and where the orders of magnitude are.",
  ...{ runs: 1, peers: 1 },
  times: { ramp: 500, warmup: 1000, duration: 1000 },
  ...{ steps: 3, retries: 1 },
  ...{ crowd: 2000, connections: 5000 },
};
export const FULL: Effort = {
  caveat: null,
  ...{ runs: 3, peers: Number.POSITIVE_INFINITY },
  times: { ramp: 1000, warmup: 2000, duration: 5000 },
  ...{ steps: 5, retries: 5 },
  ...{ crowd: 8000, connections: 10_000 },
};

/** One measurement of one entrant. */
export interface Measurement {
  /** By the keys of the row's columns; `null`: could not be measured. */
  figures: Record<string, number | null>;
  /** What a reader should know of it, one sentence. */
  note?: string;
}

export interface Column {
  key: string;
  head: string;
  format: (figure: number) => string;
}

/** What takes part in a row: one of ours, or a peer beside it. */
export interface Entrant {
  name: string;
  isOurs: boolean;
  /** Why it cannot take part on this machine; `null` when it can. */
  missing: string | null;
  measure(effort: Effort): Promise<Measurement>;
}

/** What is to be reached. */
export interface Aim {
  text: string;
  /** The column that decides, and what ours has to have there. */
  key: string;
  atLeast?: number;
  atMost?: number;
}

/** One question, asked of ours and of its peers in the same way. */
export interface Row {
  /** `P1`. */
  id: string;
  title: string;
  /** What is done, in a sentence or two. */
  method: string;
  aims: readonly Aim[];
  /** Runs of this row for each one of a row that takes long. */
  repeat: number;
  columns: readonly Column[];
  entrants: readonly Entrant[];
  /** Done once, before anyone is measured; what it answers with is done after the last. */
  prepare?(): () => void;
}

/** An entrant with its measurements, one a run; empty for one that is missing. */
export interface Outcome {
  entrant: Entrant;
  measurements: readonly Measurement[];
}
