import type { Capacity } from "./fleet-state.ts";

/** What several balancers can add together. */
export function together(capacities: Iterable<Capacity>): Capacity {
  const sum: Capacity = { starting: 0, room: 0 };
  for (const { starting, room } of capacities) {
    sum.starting += starting;
    sum.room += room;
  }
  return sum;
}

/** The balancer, by its id, that could start most; `null` where none could start one. */
export function roomiest(balancers: Iterable<readonly [id: string, capacity: Capacity]>): string | null {
  let best: string | null = null;
  let most = 0;
  for (const [id, { room }] of balancers) {
    if (room <= most) continue;
    best = id;
    most = room;
  }
  return best;
}
