import { formatCounted, formatDuration, formatPercent } from "../../lib/format.ts";
import { formatRange } from "../../lib/range.ts";
import type { LoadOptions } from "../options.ts";
import { describeRates } from "../plan/planned-load.ts";
import type { Dial } from "./dial.ts";
import type { Probe } from "./probe.ts";
import { BROKEN_RUNS, bracketOf, HELD_RUNS } from "./search.ts";

/** What a search has found. */
export interface Finding {
  /** The highest load that held in all its runs; `null` without one. */
  held: { options: LoadOptions; runs: number } | null;
  /** The lowest one that did not, and in how many of its runs; 0 runs: this machine cannot make it. */
  broke: { options: LoadOptions; runs: number; broken: number } | null;
  confidence: Confidence;
  /** The generator may be what is found, not the server. */
  generatorLimited: boolean;
  /** All of it in words. */
  sentences: string[];
}

/**
 * `good`: the load held in three runs of three, and the next one broke in two of two. `fair`: one of both is not so
 * clear. `none`: nothing held.
 */
export type Confidence = "good" | "fair" | "none";

/** Reads the limit off the probes. `conditions` is what was to hold, as it was written. */
export function findingOf(probes: readonly Probe[], dial: Dial, conditions: string): Finding {
  const { good, bad } = bracketOf(probes);
  const heldRuns = probes.filter(({ load }) => load === good);
  const nextRuns = probes.filter(({ load, result }) => load === bad && result !== "beyond");
  const broken = nextRuns.filter(({ result }) => result === "broke");
  const held = good === null ? null : { options: dial.at(good), runs: heldRuns.length };
  const broke = bad === null ? null : { options: dial.at(bad), runs: nextRuns.length, broken: broken.length };
  const confidence = confidenceOf(held, broke);
  const next = bad === null ? null : dial.text(bad);
  const doubt = doubtOf(
    probes.filter(({ load }) => load === bad),
    next ?? "",
  );
  const sentences = [
    held === null
      ? nothingHeld(probes, conditions)
      : `${heldWords(held, conditions)}; ${nextWords(next, broke)}`,
    ...(doubt === null ? [] : [doubt]),
    ...(good === null ? [] : [`confidence: ${confidence}${gapWords(good, bad)}`]),
  ];
  return { held, broke, confidence, generatorLimited: doubt !== null, sentences };
}

function confidenceOf(held: Finding["held"], broke: Finding["broke"]): Confidence {
  if (held === null) return "none";
  const isClear = broke === null || (broke.runs >= BROKEN_RUNS && broke.broken === broke.runs);
  return held.runs >= HELD_RUNS && isClear ? "good" : "fair";
}

/** Why it may not be the server's limit, or `null`. */
function doubtOf(atLimit: readonly Probe[], next: string): string | null {
  const beyond = atLimit.find(({ result }) => result === "beyond");
  if (beyond !== undefined)
    return `this machine, not the server, was the limit at ${next}: ${beyond.reasons[0]}`;
  const late = atLimit.find(({ result, generator }) => result === "broke" && generator.length > 0);
  if (late === undefined) return null;
  return `the generator, not the server, may have been the limit at ${next}: ${late.generator[0]}`;
}

function nothingHeld(probes: readonly Probe[], conditions: string): string {
  const least = probes.reduce<Probe | null>((a, b) => (a === null || b.load < a.load ? b : a), null);
  if (least === null) return `nothing is known of ${conditions}: no test came to its end`;
  return `no load held ${conditions}, not even ${least.label}: ${least.reasons[0]}`;
}

function heldWords({ options, runs }: NonNullable<Finding["held"]>, conditions: string): string {
  const { rooms, roomSize, interval } = options;
  const shape = `${formatCounted(rooms, "room")} x ${formatCounted(roomSize, "client")}`;
  return (
    `highest load that held ${conditions}: ${shape} every ${formatRange(interval, formatDuration)} ` +
    `(${describeRates(options)}): held in ${runs} of ${formatCounted(runs, "run")}`
  );
}

function nextWords(next: string | null, broke: Finding["broke"]): string {
  if (next === null || broke === null) return "nothing higher was tried";
  return broke.runs === 0 ? `${next} was not run` : `${next} broke in ${broke.broken} of ${broke.runs}`;
}

function gapWords(good: number, bad: number | null): string {
  return bad === null ? "" : `; the limit is less than ${formatPercent((bad - good) / good)} above it`;
}
