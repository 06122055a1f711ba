import type { Random } from "../../src/lib/random.ts";

export type Shock =
  /** 1 % of all users join one room within a minute. */
  | { type: "celebrity"; at: number }
  /** Servers die at once. */
  | { type: "death"; at: number; servers: number }
  /** Every server is replaced, a few at a time. */
  | { type: "deploy"; at: number };

const HOUR = 3600;

/**
 * What goes wrong in a day, in seconds: four celebrities, a deploy at noon when the fleet is largest, a host that takes 2 % of
 * the servers with it, and single servers that die, each of them once a month.
 */
export function planShocks(servers: number, hours: number, random: Random): Shock[] {
  const shocks: Shock[] = [3.5, 8.5, 14.5, 20.5].map((hour) => ({ type: "celebrity", at: hour * HOUR }));
  shocks.push({ type: "deploy", at: 11 * HOUR });
  shocks.push({ type: "death", at: 17 * HOUR, servers: Math.max(1, Math.round(servers * 0.02)) });
  const deaths = Math.max(1, Math.round((servers * 0.7) / 30));
  for (let n = 0; n < deaths; n++) shocks.push({ type: "death", at: random() * 24 * HOUR, servers: 1 });
  return shocks.filter(({ at }) => at < hours * HOUR).sort((a, b) => a.at - b.at);
}
