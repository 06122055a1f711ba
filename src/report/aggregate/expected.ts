import type { MessageTable } from "./message-table.ts";

/** What is known about the rooms of a run before its rows are read. */
export interface RoomFacts {
  rooms: number | null;
  roomSize: number | null;
  /** Deliveries that the load generator itself expected. */
  expected: number | null;
}

export interface Expectation extends RoomFacts {
  repeated: number;
  /** Deliveries that are neither expected nor lost: they may have come after the file ends. */
  open: number;
  /** How the size of the rooms was found, when nobody said it. */
  note: string | null;
}

/**
 * How many deliveries there should have been, from what is known of the rooms or else from the rows of so many clients.
 * `openUs`: messages sent after it are expected only where they came; microseconds since the epoch, infinite for a whole file.
 */
export function expectDeliveries(
  table: MessageTable,
  clients: number,
  facts: RoomFacts,
  openUs = Number.POSITIVE_INFINITY,
): Expectation {
  if (facts.roomSize === null) return inferred(table, clients, facts, openUs);
  const size = facts.roomSize;
  let messages = 0;
  let repeated = 0;
  let open = 0;
  table.forEachCounted((_sender, deliveries, sentUs) => {
    messages++;
    repeated += Math.max(0, deliveries - size);
    if (sentUs > openUs) open += Math.max(0, size - deliveries);
  });
  const rooms = facts.rooms ?? roomsOf(clients, size);
  const expected = facts.expected ?? messages * size - open;
  return { rooms, roomSize: size, expected, repeated, open, note: null };
}

/**
 * Nobody said how large the rooms are: a sender's room has as many members as the best of its messages
 * reached. Someone whose messages reached nobody gets the largest room, so that this loss is not hidden.
 */
function inferred(table: MessageTable, clients: number, facts: RoomFacts, openUs: number): Expectation {
  const sizes = new Map<number, number>();
  table.forEachCounted((sender, deliveries) => {
    sizes.set(sender, Math.max(sizes.get(sender) ?? 0, deliveries));
  });
  let largest = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const size of sizes.values()) {
    if (size > largest) largest = size;
    if (size > 0 && size < smallest) smallest = size;
  }
  if (largest === 0) return { ...facts, repeated: 0, open: 0, note: null };

  let expected = 0;
  let open = 0;
  table.forEachCounted((sender, deliveries, sentUs) => {
    const size = sizes.get(sender) || largest;
    expected += sentUs > openUs ? deliveries : size;
    if (sentUs > openUs) open += size - deliveries;
  });
  const roomSize = smallest === largest ? largest : null;
  const found = roomSize === null ? `${smallest} to ${largest}` : `${largest}`;
  return {
    rooms: facts.rooms ?? (roomSize === null ? null : roomsOf(clients, roomSize)),
    roomSize,
    expected: facts.expected ?? expected,
    repeated: 0,
    open,
    note: `room size inferred from the deliveries: ${found}; say it with --room-size`,
  };
}

function roomsOf(clients: number, size: number): number | null {
  return clients > 0 && clients % size === 0 ? clients / size : null;
}
