import type { MessageBatch } from "../../client/decoded-frame.ts";
import { Membership } from "../../client/membership.ts";
import type { Entry, MembershipListener } from "../../client/membership-listener.ts";
import { Sender } from "../../client/sender.ts";
import { closeCodes } from "../../protocol/close-codes.ts";
import type { ReceivedMessage, ServerEvent } from "../../protocol/dialect.ts";
import { MIN_SESSION_LENGTH } from "../../protocol/limits.ts";
import type { TestRoom } from "../crowd/room.ts";
import type { Visit } from "../plan/visits.ts";
import { Chatter, type ChatterContext } from "./chatter.ts";

/**
 * A client of the native dialect, as our other clients are: it comes back when its connection is lost, resumes where it
 * was, sends again what was not acknowledged, and goes on where it is sent.
 */
export class NativeChatter extends Chatter implements MembershipListener {
  private readonly membership: Membership;
  /** Its ids are the sequence numbers. `null` for one that has said nothing yet: of many, few ever do. */
  private sender: Sender | null = null;

  constructor(visit: Visit, room: TestRoom, context: ChatterContext) {
    super(visit, room, context);
    const { id, url } = visit;
    const { openSocket, tokenOf, random, decode, connectTimeout } = context;
    this.membership = new Membership(
      {
        ...{ url, room: room.name, name: id, session: id.padEnd(MIN_SESSION_LENGTH, "~") },
        ...{ history: 0, presence: "none", openSocket, random, decode, answerWithin: connectTimeout },
        ...(tokenOf === null ? {} : { token: () => tokenOf(id) }),
      },
      this,
    );
  }

  connect(): void {
    this.membership.connect();
  }

  send(): void {
    if (this.sender === null) {
      this.sender = new Sender(0, this.membership);
      this.sender.start();
    }
    this.sender.send(this.context.text());
  }

  async leave(): Promise<void> {
    this.state = "gone";
    this.sender?.stop();
    await this.membership.close();
  }

  giveUp(): void {
    void this.leave();
  }

  onOnline(_welcome: unknown, entry: Entry): void {
    const { state, context } = this;
    this.state = "in";
    // What it said before goes first.
    this.sender?.start();
    if (entry === "moved") context.onMoved(this);
    else if (state === "away") context.onBack(this);
    else context.onJoined(this);
  }

  onOffline(reason: string, _retryMs: number, code: number): void {
    const { state, context } = this;
    this.sender?.stop();
    if (state === "in") {
      this.state = "away";
      context.onAway(this, code, reason);
    } else if (state === "outside" && code !== closeCodes.unavailable.code) {
      // It never was in, and nobody asked it to try again later.
      this.onEnd(reason, code);
      this.giveUp();
    }
  }

  onEnd(reason: string, code: number): void {
    const { state } = this;
    this.sender?.stop();
    this.state = "gone";
    if (state !== "gone") this.context.onLost(this, state, code, reason);
  }

  onMessage(message: ReceivedMessage): void {
    this.context.onMessages(this, [message]);
  }

  onBatch({ messages }: MessageBatch): void {
    this.context.onMessages(this, messages);
  }

  onGap(): void {
    this.context.onGap(this);
  }

  onEvent(event: ServerEvent): void {
    if (event.type === "ack") {
      this.sender?.acknowledge(event.message_id);
    } else if (event.type === "error") {
      this.context.onComplaint(event.message);
      this.sender?.complaint(event);
    }
  }
}
