/** For `duration` milliseconds the number of clients goes straight from what it was to `clients`. */
export interface Stage {
  duration: number;
  clients: number;
}

/** When a client is there, milliseconds from the start; `to` is infinite for one that stays to the end. */
export interface Stay {
  from: number;
  to: number;
}

/** The most clients that are there at a time. */
export function peakOf(stages: readonly Stage[]): number {
  return Math.max(0, ...stages.map(({ clients }) => clients));
}

export function durationOf(stages: readonly Stage[]): number {
  return stages.reduce((sum, { duration }) => sum + duration, 0);
}

/** The mean number of clients over the whole time, and the mean of its square, with which deliveries go. */
export function meansOf(stages: readonly Stage[]): { clients: number; squares: number } {
  let [area, squares, level] = [0, 0, 0];
  for (const { duration, clients } of stages) {
    area += (duration * (level + clients)) / 2;
    squares += (duration * (level ** 2 + level * clients + clients ** 2)) / 3;
    level = clients;
  }
  const duration = durationOf(stages);
  return { clients: area / duration, squares: squares / duration };
}

/**
 * When client number `index` is there: as long as the level is above it. It comes when the level passes the middle of
 * its step, so that a stage to 100 clients has all 100 at its end and the first not in its very first moment.
 */
export function staysOf(stages: readonly Stage[], index: number): Stay[] {
  const height = index + 0.5;
  const stays: Stay[] = [];
  let since: number | null = null;
  let start = 0;
  let level = 0;
  for (const { duration, clients } of stages) {
    const isThere = clients > height;
    if (isThere !== (since !== null)) {
      const passing = start + (duration * (height - level)) / (clients - level);
      if (since !== null) stays.push({ from: since, to: passing });
      since = isThere ? passing : null;
    }
    start += duration;
    level = clients;
  }
  if (since !== null) stays.push({ from: since, to: Number.POSITIVE_INFINITY });
  return stays;
}
