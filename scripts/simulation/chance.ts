import type { Random } from "../../src/lib/random.ts";

/** A standard normal number (Box-Muller). */
export function gauss(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** How often something happens that happens `mean` times in the mean. */
export function poisson(mean: number, random: Random): number {
  if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gauss(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

/** How many of `count` are hit, each with a small probability. */
export function binomial(count: number, probability: number, random: Random): number {
  return Math.min(count, poisson(count * probability, random));
}
