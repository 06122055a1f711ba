import { messageOf } from "../lib/errors.ts";
import { type CloseRule, closeCodes } from "../protocol/close-codes.ts";
import type { ServerFrame } from "../protocol/frames.ts";
import type { SessionContext } from "./context.ts";
import type { Member } from "./room.ts";
import type { JoinStart, JoinWish, Seat } from "./seat.ts";
import type { Socket } from "./socket.ts";

/** Frames that a client may send before it has been let into its room. */
const MAX_EARLY_FRAMES = 1000;

/** Who comes in. */
export interface Newcomer extends Member {
  /** The connection's. */
  readonly id: string;
  readonly socket: Socket;
  tell(frame: ServerFrame): void;
  end(rule: CloseRule): void;
}

/** A client's way into a room: welcome, replay, then live. What it says meanwhile waits until it is in. */
export class Entry {
  /** Frames that came too early, oldest first. */
  readonly early: string[] = [];

  constructor(
    private readonly seat: Seat,
    private readonly client: Newcomer,
    private readonly context: SessionContext,
  ) {}

  /** Keeps a frame for later; false when there are too many. */
  hold(text: string): boolean {
    if (this.early.length >= MAX_EARLY_FRAMES) return false;
    this.early.push(text);
    return true;
  }

  /**
   * Resolves with whether the client is in, once its room is `ready` and it has what it wished for. Reading pauses
   * meanwhile, so that its own first message cannot be delivered before it listens. A room whose log cannot be reached
   * ends the connection.
   */
  async complete(ready: Promise<void>, wish: JoinWish): Promise<boolean> {
    const { seat, client, context } = this;
    client.socket.pause();
    try {
      await ready;
      const isIn = await seat.sitDown(wish, (start) => this.welcome(wish, start));
      if (isIn) client.socket.resume();
      return isIn;
    } catch (error) {
      // Everyone who comes while the broker is away comes again: counted, but not a line each.
      context.counters.error("room_unavailable");
      context.log.debug("room_unavailable", { room: seat.room.name, error: messageOf(error) });
      client.end(closeCodes.unavailable);
      return false;
    }
  }

  private welcome(wish: JoinWish, { from, to, recovered }: JoinStart): void {
    const { counters, serverId, limits } = this.context;
    if (wish.since !== null) counters.resumed[recovered ? "recovered" : "gap"]++;
    this.client.tell({
      type: "welcome",
      connection_id: this.client.id,
      server_id: serverId,
      room: this.seat.room.name,
      name: this.client.name,
      epoch: to.epoch,
      offset: to.offset,
      replay: to.offset - from.offset,
      recovered,
      limits,
    });
  }
}
