/** How much is measured. */
export interface Effort {
  /** Of a row that takes long; figures are the median of them. */
  runs: number;
  /** Length of one load test, and of its warm-up before that, in which both sides still compile: milliseconds. */
  duration: number;
  warmup: number;
  /** Load tests of one search for a highest rate. */
  steps: number;
  /** Clients that connect at once, or hear one message. */
  crowd: number;
  /** Clients that are held without anything to do. */
  connections: number;
}

export const QUICK: Effort = {
  runs: 1,
  duration: 1500,
  warmup: 1500,
  steps: 3,
  crowd: 2000,
  connections: 5000,
};
export const FULL: Effort = {
  runs: 3,
  duration: 5000,
  warmup: 2000,
  steps: 5,
  crowd: 8000,
  connections: 10_000,
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
  aim: Aim | null;
  /** Runs of this row for each one of a row that takes long. */
  repeat: number;
  columns: readonly Column[];
  entrants: readonly Entrant[];
}

/** An entrant with its measurements, one a run; empty for one that is missing. */
export interface Outcome {
  entrant: Entrant;
  measurements: readonly Measurement[];
}
