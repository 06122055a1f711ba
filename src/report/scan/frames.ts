import type { PartialRun } from "../aggregate/run-aggregate.ts";
import type { ByteRange } from "./range.ts";

/** What a scanner is asked to read. */
export interface ScanOrder extends ByteRange {
  path: string;
  /** The rows have six columns, not five. */
  isPlanned: boolean;
  /** Where the slots of the timeline begin. */
  originUs: number | null;
  warmUp: { lengthUs: number; startUs: number | null };
}

/** What it found. */
export interface ScanAnswer {
  part: PartialRun;
  rows: number;
  /** Of its last row; -1 without any. */
  lastTimestampUs: number;
}

/** What a scanning process says. */
export type ScannerFrame =
  | { type: "ready" }
  | { type: "answer"; answer: ScanAnswer }
  /** The rows cannot be scanned. */
  | { type: "irregular" };
