import type { RoomMove } from "../protocol/fleet.ts";
import type { Member } from "./room.ts";
import type { Rooms } from "./rooms.ts";

/** Time in which those who are asked to go elsewhere choose their moment: not everyone at once, and soon. */
const WITHIN_MS = 2000;

/** Asks clients of some rooms to go on at other servers. */
export class Redistribution {
  /** Those who were asked and are still here; who does not go is asked again only after everyone else. */
  private readonly asked = new WeakSet<Member>();

  constructor(private readonly rooms: Rooms) {}

  /** Asks as many clients of each room as the move says, or as there are who have words for it. */
  carryOut(reason: string, moves: readonly RoomMove[]): void {
    for (const { room, clients, url } of moves) {
      const members = [...(this.rooms.find(room)?.everyone ?? [])].filter(({ isMovable }) => isMovable);
      const fresh = members.filter((member) => !this.asked.has(member));
      for (const member of [...fresh, ...members.filter((one) => this.asked.has(one))].slice(0, clients)) {
        this.asked.add(member);
        member.redistribute(reason, url, WITHIN_MS);
      }
    }
  }
}
