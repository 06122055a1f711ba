import type { Broker } from "../broker/broker.ts";
import type { ChatMessage, Position } from "../protocol/message.ts";
import { batchFrames, encodeServerFrame, native } from "../protocol/native.ts";
import { continueReplay, type ReplayStart, startReplay } from "./replay.ts";
import type { Member, Room } from "./room.ts";

/** Offsets of two epochs cannot be compared: the client comes back, and starts in the new log. */
const RESTARTED = "the log was started again meanwhile";

/** Where a client starts, and how far the room had delivered by then. */
export interface CatchUpStart extends ReplayStart {
  to: Position;
}

/**
 * Brings one native client from its place in the log to where the room has delivered. The rule that leaves no hole and
 * no repetition: send what is up to the room's position, and in the very tick in which nothing is left, go live. A room
 * whose subscription runs behind the log may be behind the client, who read on elsewhere: then it is waited for.
 */
export class CatchUp {
  private whenDrained: (() => void) | null = null;
  private whenMoved: (() => void) | null = null;
  private stopped = false;

  constructor(
    private readonly broker: Broker,
    private readonly room: Room,
    private readonly member: Pick<Member, "send" | "socket">,
  ) {}

  async findStart(since: Position | null, history: number): Promise<CatchUpStart> {
    const request = { since, history };
    const start = await startReplay(this.broker, this.room.name, request, () => this.room.position);
    const { from } = start;
    // A subscription may run behind the log; what it has not delivered yet comes live.
    const to = { epoch: from.epoch, offset: Math.max(from.offset, this.room.position.offset) };
    return { ...start, to };
  }

  /**
   * From that start, sends everything up to the room's position and then calls `goLive`, in the same tick. False when the
   * catch-up was stopped before that. Rejects when the log cannot be read, or was started again meanwhile.
   */
  async finish({ from, gap, messages: first }: ReplayStart, goLive: () => void): Promise<boolean> {
    if (gap !== null) this.member.send(encodeServerFrame(gap));
    let at = from;
    let messages = first;
    while (!this.stopped) {
      at = await this.send(messages, at);
      if (this.stopped) break;
      if (at.epoch !== this.room.position.epoch) throw new Error(RESTARTED);
      if (at.offset === this.room.position.offset) {
        goLive();
        return true;
      }
      if (at.offset > this.room.position.offset) {
        await this.roomMoved();
        messages = [];
        continue;
      }
      const next = await continueReplay(this.broker, this.room.name, at);
      if (this.stopped) break;
      messages = next.messages;
      if (next.gap?.reason === "epoch") throw new Error(RESTARTED);
      if (next.gap !== null) {
        this.member.send(encodeServerFrame(next.gap));
        at = { epoch: at.epoch, offset: next.gap.to };
      }
    }
    return false;
  }

  /** The network took what was waiting. */
  resume(): void {
    this.whenDrained?.();
  }

  stop(): void {
    this.stopped = true;
    this.whenDrained?.();
    this.whenMoved?.();
  }

  /** Sends what the room has delivered of `messages`; answers with the place that the client has reached. */
  private async send(messages: readonly ChatMessage[], at: Position): Promise<Position> {
    const due = messages.filter((message) => message.offset <= this.room.position.offset);
    // Encoded as the network takes it: a long replay to a slow reader must not stand in memory.
    for (const frame of batchFrames(due.values().map(native.encodeMessage))) {
      this.member.send(frame);
      // One frame at a time: a page of long messages is more than may wait for a client.
      if (this.member.socket.getBufferedAmount() > 0) await this.drained();
      if (this.stopped) break;
    }
    return { epoch: at.epoch, offset: due.at(-1)?.offset ?? at.offset };
  }

  private async drained(): Promise<void> {
    while (this.member.socket.getBufferedAmount() > 0 && !this.stopped) {
      await new Promise<void>((resolve) => {
        this.whenDrained = resolve;
      });
    }
    this.whenDrained = null;
  }

  private roomMoved(): Promise<void> {
    return new Promise((resolve) => {
      this.whenMoved = resolve;
      this.room.onceMoved(resolve);
    });
  }
}
