/** Who talks how often. */
export interface Talk {
  /** Members of each room, the largest first. */
  sizes: readonly number[];
  /** Mean time between two messages of one user, milliseconds. */
  interval: number;
}

/** What that comes to. */
export interface Load {
  users: number;
  /** Rooms that have anyone. */
  rooms: number;
  messagesPerSecond: number;
  /** Every message is written to the socket of every member of its room. */
  writesPerSecond: number;
  /** Of the largest room. */
  hottest: { users: number; messagesPerSecond: number; writesPerSecond: number };
}

/**
 * In a room of n, each of whom speaks once in m seconds, n/m messages a second go to n sockets: n^2 / m writes. Summed
 * over r rooms of equal size with u users together that is u^2 / (m r).
 */
export function loadOf({ sizes, interval }: Talk): Load {
  const users = sizes.reduce((sum, size) => sum + size, 0);
  const hottest = sizes[0] ?? 0;
  return {
    users,
    rooms: sizes.filter((size) => size > 0).length,
    messagesPerSecond: messagesOf(users, interval),
    writesPerSecond: sizes.reduce((sum, size) => sum + writesOf(size, interval), 0),
    hottest: {
      users: hottest,
      messagesPerSecond: messagesOf(hottest, interval),
      writesPerSecond: writesOf(hottest, interval),
    },
  };
}

/** Socket writes a second in a room of so many users. */
export function writesOf(users: number, interval: number): number {
  return (users * users * 1000) / interval;
}

function messagesOf(users: number, interval: number): number {
  return (users * 1000) / interval;
}
