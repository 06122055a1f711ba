/** A count of nothing yet for each of these names. */
export function zeroes<Name extends string>(names: Iterable<Name>): Record<Name, number> {
  return Object.fromEntries([...names].map((name) => [name, 0])) as Record<Name, number>;
}
