import { hash32 } from "../../lib/hash.ts";

/** In a cluster, rooms are spread over this many hash slots; fixed, because it decides where a room's log is. */
export const PARTITIONS = 64;

/** Which of the partitions a room belongs to. */
export function partitionOf(room: string): number {
  return hash32(room) % PARTITIONS;
}

/**
 * The names of what is kept in Redis. Everything of a room carries the tag of its partition, so that one script
 * may touch all of it, in a cluster too.
 */
export class Keys {
  /** `prefix` separates several chats in one Redis. */
  constructor(private readonly prefix: string) {}

  /** Hash: `e` the epoch, `s` the newest offset, `r` the replication id, `end:<id>` where an earlier one ended. */
  meta(room: string): string {
    return this.key("meta", room);
  }

  /** Stream: an entry's id is its offset. */
  log(room: string): string {
    return this.key("log", room);
  }

  /** Hashes of the ids that were published lately; the script appends the epoch and the number of the window. */
  ids(room: string): string {
    return this.key("ids", room);
  }

  channel(room: string): string {
    return this.key("room", room);
  }

  /** Where one server hears itself, to find out whether it hears anything from the node of that partition. */
  probe(partition: number, server: string): string {
    return `${this.prefix}:probe:${tag(partition)}:${server}`;
  }

  /** Written again and again by one server, to find out whether the node of that partition can be written to. */
  alive(partition: number, server: string): string {
    return `${this.prefix}:alive:${tag(partition)}:${server}`;
  }

  private key(kind: string, room: string): string {
    return `${this.prefix}:${kind}:${tag(partitionOf(room))}:${room}`;
  }
}

/** What Redis Cluster hashes instead of the whole key. */
export function tag(partition: number): string {
  return `{${partition}}`;
}
