import { formatBytes, formatCount } from "../../../src/lib/format.ts";
import type { RoomLoad } from "../loads/room-load.ts";

/** How many servers bear it, and what. */
export interface Setup extends Pick<RoomLoad, "rooms" | "roomSize" | "rate" | "size"> {
  servers: number;
  /** One chat over a Redis, even where there is one server: so that only their number differs. */
  overRedis: boolean;
}

/** One thing that grows while all else stays as it is. */
export interface Axis {
  /** Names its chart's file. */
  id: string;
  title: string;
  /** What grows, as it stands in `µs = 12 × clients^0.8`. */
  of: string;
  points: readonly number[];
  /** A point in words. */
  format: (point: number) => string;
  /** What stays as it is, one sentence. */
  method: string;
  setup: (point: number) => Setup;
}

const ALONE = { servers: 1, overRedis: false, rooms: 1, size: 100 };

export const AXES: readonly Axis[] = [
  {
    ...{ id: "clients", title: "Clients in a room", of: "clients" },
    points: [10, 30, 100, 300, 1000],
    format: (clients) => `${formatCount(clients)} clients`,
    method: "One room, 50 messages/s of 100 B in all: with the clients grow the deliveries of each message.",
    setup: (roomSize) => ({ ...ALONE, roomSize, rate: 50 }),
  },
  {
    ...{ id: "rooms", title: "Rooms", of: "rooms" },
    points: [10, 30, 100, 300, 1000],
    format: (rooms) => `${formatCount(rooms)} rooms`,
    method:
      "10 clients in each, 1,000 messages/s of 100 B in all rooms together: 10,000 deliveries/s everywhere.",
    setup: (rooms) => ({ ...ALONE, rooms, roomSize: 10, rate: 1000 }),
  },
  {
    ...{ id: "size", title: "Size of a message", of: "bytes" },
    points: [16, 64, 256, 1024, 4096, 16_384],
    format: formatBytes,
    method: "One room of 20, 200 messages/s: 4,000 deliveries/s everywhere.",
    setup: (size) => ({ ...ALONE, roomSize: 20, rate: 200, size }),
  },
  {
    ...{ id: "servers", title: "Servers over one Redis", of: "servers" },
    points: [1, 2, 3, 4, 6],
    format: (servers) => `${servers} server${servers === 1 ? "" : "s"}`,
    // Clients come to the servers in turn: 5 has no divisor in common with how many these are.
    method:
      "5 rooms of 24, every room on all servers, 500 messages/s of 100 B: 12,000 deliveries/s everywhere. The processor " +
      "time is that of all servers and of their Redis.",
    setup: (servers) => ({ ...ALONE, servers, overRedis: true, rooms: 5, roomSize: 24, rate: 500 }),
  },
];
