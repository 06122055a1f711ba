import type { Position } from "../protocol/message.ts";
import { CatchUp, type CatchUpStart } from "./catch-up.ts";
import type { SessionContext } from "./context.ts";
import type { Member, Room } from "./room.ts";

/** What a native client asks for on joining. */
export interface JoinWish {
  since: Position | null;
  history: number;
}

/** Where a client starts: everything up to `from` it has, and the log stands at `to`. */
export type JoinStart = Pick<CatchUpStart, "from" | "to" | "recovered">;

/** A client's seat in a room that it has entered: it counts once it sits down, and is live once it has caught up. */
export class Seat {
  private catchUp: CatchUp | null = null;
  private isLive = false;
  private left = false;

  constructor(
    readonly room: Room,
    private readonly member: Member,
    private readonly context: SessionContext,
  ) {}

  /**
   * Sits down, once the room is ready: the client counts, is told its start by `welcome`, gets what it wished for, and goes live. False
   * when it left before that. Rejects when history cannot be read.
   */
  async sitDown(wish: JoinWish, welcome: (start: JoinStart) => void): Promise<boolean> {
    if (this.left) return false;
    this.room.add(this.member);
    // The other dialects cannot tell old messages from new ones, so they get none.
    if (this.member.dialect !== "native") {
      this.goLive();
      return true;
    }
    this.catchUp = new CatchUp(this.context.broker, this.room, this.member);
    const start = await this.catchUp.findStart(wish.since, wish.history);
    if (this.left) return false;
    welcome(start);
    return this.catchUp.finish(start, () => this.goLive());
  }

  /** The network took what was waiting to be sent. */
  drained(): void {
    this.catchUp?.resume();
  }

  /** Stands up; `stays` says whether the connection stays open. Once is enough. */
  leave(stays: boolean): void {
    if (this.left) return;
    this.left = true;
    this.catchUp?.stop();
    if (stays) this.room.silence(this.member);
    this.room.remove(this.member, this.isLive);
    this.context.rooms.leave(this.room);
  }

  private goLive(): void {
    this.catchUp = null;
    this.room.goLive(this.member);
    this.isLive = true;
    const { presence } = this.member;
    if (presence !== "none") this.member.send(this.room.presence.frame(presence === "names"));
  }
}
