import type { TestRoom } from "../crowd/room.ts";
import { Chatter, type ChatterContext } from "./chatter.ts";

/** For tests: a client that is where it is told to be. */
export class FakeChatter extends Chatter {
  readonly sent: string[] = [];

  constructor(id: string, room: TestRoom) {
    const stay = { from: 0, to: Number.POSITIVE_INFINITY };
    super(
      { id, room: room.number, generation: 0, url: "", ...stay, isSlow: false },
      room,
      {} as ChatterContext,
    );
  }

  connect() {}
  send(sentAt: string) {
    this.sent.push(sentAt);
  }
  async leave() {}
  giveUp() {}
  be(state: "in" | "away" | "gone"): void {
    this.state = state;
  }
}
