import type { Random } from "../../src/lib/random.ts";
import { gauss } from "./chance.ts";

/**
 * The crowd: how many are in each room when, and how much they talk. Room sizes are log-normal with a median of 100 and
 * a mean of 205 (a few of 10,000 and more); a member sends a message every 15 s, but a room never has more than about
 * 20 a second, because nobody could read it. A visit lasts half an hour. At the day's quietest a quarter is there.
 */
export const MEDIAN_SIZE = 100;
const SIZE_SIGMA = 1.2;
export const MEAN_SIZE = MEDIAN_SIZE * Math.exp(SIZE_SIGMA ** 2 / 2);
const LARGEST_SIZE = 50_000;
const INTERVAL_S = 15;
const RATE_LIMIT = 20;
export const VISIT_S = 1800;
const QUIETEST = 0.25;
/** A room's talk wanders around its mean within minutes, its size within hours. */
const TALK = { sigma: 0.3, memoryS: 600 };
const SIZE = { sigma: 0.2, memoryS: 7200 };
/** Figures of a second jump by so much even if nothing changed. */
export const SECOND_SIGMA = 0.03;

/** Members at the day's peak, before the room's own ups and downs. */
export function drawSize(random: Random): number {
  return Math.min(LARGEST_SIZE, MEDIAN_SIZE * Math.exp(SIZE_SIGMA * gauss(random)));
}

/** The part of the peak's users that is there; second 0 is the quietest of the day. */
export function daylight(seconds: number): number {
  const wave = (1 - Math.cos((2 * Math.PI * seconds) / 86_400)) / 2;
  return QUIETEST + (1 - QUIETEST) * wave;
}

/** Messages a second of a room with so many members. */
export function messageRate(members: number, talk: number): number {
  return Math.exp(TALK.sigma * talk) * RATE_LIMIT * (1 - Math.exp(-members / (INTERVAL_S * RATE_LIMIT)));
}

/** The factor on a room's size. */
export function sizeFactor(mood: number): number {
  return Math.exp(SIZE.sigma * mood);
}

/** A room's wandering state `seconds` later (Ornstein-Uhlenbeck, variance 1). */
export function wander(value: number, of: "talk" | "size", seconds: number, random: Random): number {
  const kept = Math.exp(-seconds / (of === "talk" ? TALK : SIZE).memoryS);
  return kept * value + Math.sqrt(1 - kept * kept) * gauss(random);
}
