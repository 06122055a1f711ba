/** A source of chance: each call gives a number in [0, 1). */
export type Random = () => number;

/**
 * A repeatable source of chance: the same seed gives the same numbers on every machine.
 * Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, good enough for phases and jitter.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

/** A short identifier of `length` characters out of 0-9 and a-z. */
export function randomId(random: Random, length: number): string {
  let id = "";
  for (let i = 0; i < length; i++) id += LETTERS[Math.floor(random() * LETTERS.length)];
  return id;
}
