/** Which process of several has which clients. */
export interface Shares {
  /** Members of the room are in more than one process. */
  isShared(room: number): boolean;
  processOf(room: number, member: number): number;
}

/** In the place of a process, for a room that no process has alone. */
const ALL = -1;

/**
 * Deals the rooms to processes, the largest first and each to the one that has the fewest clients. A room stays whole,
 * because then all that is known of its messages is known in one place; only one that is more than a fair share is
 * dealt out member by member.
 */
export function shareOut(sizes: readonly number[], processes: number): Shares {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const fairShare = Math.ceil(total / processes);
  const owners = new Int32Array(sizes.length);
  const clients = new Float64Array(processes);
  const bySize = Uint32Array.from(sizes.keys()).sort((a, b) => sizes[b]! - sizes[a]!);
  for (const room of bySize) {
    const size = sizes[room]!;
    if (size > fairShare) {
      owners[room] = ALL;
      for (let process = 0; process < processes; process++) clients[process]! += size / processes;
    } else {
      const process = clients.indexOf(Math.min(...clients));
      owners[room] = process;
      clients[process]! += size;
    }
  }
  return {
    isShared: (room) => owners[room] === ALL,
    processOf(room, member) {
      const owner = owners[room]!;
      return owner === ALL ? member % processes : owner;
    },
  };
}
