/** How clients spread over rooms: alike, or the k-th room with a share of 1 / k^exponent (Zipf's law). */
export type RoomsDistribution = { kind: "uniform" } | { kind: "zipf"; exponent: number };

/**
 * Shares out `total` clients over so many rooms: whole numbers that add up to `total`, the largest first; small rooms
 * of a steep distribution may get none. By largest remainders (Hamilton's method), so no room is a whole client off.
 */
export function apportion(total: number, rooms: number, distribution: RoomsDistribution): number[] {
  const weights = weightsOf(rooms, distribution);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const quotas = weights.map((weight) => (total * weight) / sum);
  const sizes = quotas.map(Math.floor);
  const left = total - sizes.reduce((all, size) => all + size, 0);
  const remainder = (room: number) => quotas[room]! - sizes[room]!;
  // The sort is stable: of equal remainders, the larger room gets the client.
  const byRemainder = [...sizes.keys()].sort((a, b) => remainder(b) - remainder(a));
  for (const room of byRemainder.slice(0, left)) sizes[room]!++;
  return sizes;
}

function weightsOf(rooms: number, distribution: RoomsDistribution): number[] {
  if (distribution.kind === "uniform") return Array.from({ length: rooms }, () => 1);
  return Array.from({ length: rooms }, (_, room) => (room + 1) ** -distribution.exponent);
}
