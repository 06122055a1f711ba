import type { ReceivedMessage, ServerEvent } from "../protocol/dialect.ts";
import type { ErrorFrame, GapFrame, PresenceFrame, WelcomeFrame } from "../protocol/frames.ts";
import type { MessageId } from "../protocol/message.ts";
import { WHO_FRAME } from "../protocol/native.ts";
import { HEARTBEAT } from "./heartbeat.ts";
import { Inquiry } from "./inquiry.ts";
import { Membership, type MembershipOptions } from "./membership.ts";
import type { Entry } from "./membership-listener.ts";
import { Sender } from "./sender.ts";

/** With a heartbeat, unless another one is given. */
export type ConnectionOptions = MembershipOptions;

/** What happens on a connection, told in the order in which it happens. */
export interface ConnectionListener {
  /** In the room. `again`: after a loss of the connection; `welcome.recovered` says whether without a hole. */
  onOnline(welcome: WelcomeFrame, again: boolean): void;
  /** In the room through another server, without having been away; for who wants to know. */
  onMoved?(welcome: WelcomeFrame): void;
  /** Sent to another server it does not go there, and stays where it is; for who wants to know. */
  onStay?(why: string): void;
  /** Not in the room; tries again by itself after `retryMs`. */
  onOffline(reason: string, retryMs: number): void;
  /** Ended for good: by `close` or because the server does not want this client back. */
  onEnd(reason: string, code: number): void;
  /** Each message of the room once, in order. */
  onMessage(message: RoomMessage): void;
  onAck(id: MessageId): void;
  /** Something was lost to this client: trimmed from history, or the log was started again. */
  onGap(gap: GapFrame): void;
  onPresence(presence: PresenceFrame): void;
  /** A complaint of the server; `text` is the message that was refused for good, if it was about one. */
  onError(error: ErrorFrame, text: string | null): void;
}

export interface RoomMessage {
  offset: number;
  messageId: MessageId;
  sender: string;
  text: string;
  /** RFC 3339. */
  sentAt: string;
  /** Sent by this client. */
  own: boolean;
  /** Written before this client joined. */
  history: boolean;
}

/**
 * A client of a room: a membership that no loss of a socket ends, and a sender that sends again what was not
 * acknowledged, under the same id, so that everyone sees it once.
 */
export class Connection {
  private readonly membership: Membership;
  private readonly sender: Sender;
  private readonly inquiry: Inquiry;
  /** The connection that was lost last had come into the room. */
  private wasIn = false;
  /** Sent by this client and not seen yet. */
  private readonly awaited = new Set<MessageId>();

  constructor(
    options: ConnectionOptions,
    private readonly listener: ConnectionListener,
  ) {
    this.membership = new Membership(
      { heartbeat: HEARTBEAT, ...options },
      {
        onOnline: (welcome, entry) => this.enter(welcome, entry),
        onOffline: (reason, retryMs) => this.lost(reason, retryMs),
        onEnd: (reason, code) => {
          this.sender.stop();
          this.inquiry.end();
          this.listener.onEnd(reason, code);
        },
        onMessage: (message, offset) => this.message(message, offset),
        onGap: (gap) => this.listener.onGap(gap),
        onStay: (why) => this.listener.onStay?.(why),
        onEvent: (event) => this.handle(event),
      },
    );
    // From a random number, so that two clients of one name rarely share an id.
    this.sender = new Sender(Math.floor(options.random() * 2 ** 48), this.membership);
    this.inquiry = new Inquiry(options, (reason, code) => this.membership.refuse(reason, code));
  }

  get isOnline(): boolean {
    return this.membership.isOnline;
  }

  /** Messages that the server has not acknowledged. */
  get unacked(): number {
    return this.sender.unacked;
  }

  connect(): void {
    this.membership.connect();
  }

  /** Sends a text, now or as soon as the connection is back, and again until it is acknowledged. */
  send(text: string): MessageId {
    const id = this.sender.send(text);
    this.awaited.add(id);
    return id;
  }

  /** Asks for the members; the answer comes as presence. False when offline. */
  who(): boolean {
    this.membership.transmit(WHO_FRAME);
    return this.isOnline;
  }

  /**
   * Goes on under another name in the same place: comes back without waiting, resumes where it was and sends
   * again what was not acknowledged.
   */
  rename(name: string): void {
    this.sender.stop();
    this.membership.rename(name);
  }

  /** Leaves politely. Resolves when the server has said goodbye too, or did not within two seconds. */
  close(): Promise<void> {
    this.sender.stop();
    return this.membership.close();
  }

  private lost(reason: string, retryMs: number): void {
    this.sender.stop();
    if (!this.wasIn) this.inquiry.begin();
    this.wasIn = false;
    this.listener.onOffline(reason, retryMs);
  }

  private enter(welcome: WelcomeFrame, entry: Entry): void {
    this.wasIn = true;
    // First what waits: a listener that speaks as soon as it is online comes after it.
    this.sender.start();
    if (entry === "moved") this.listener.onMoved?.(welcome);
    else this.listener.onOnline(welcome, entry === "again");
  }

  private message({ messageId, sender, text, sentAt }: ReceivedMessage, offset: number): void {
    // The native dialect always says these; another one is not spoken on this connection.
    if (messageId === null || sender === null || sentAt === null) return;
    const own = this.awaited.delete(messageId);
    const history = this.membership.isHistory(offset);
    this.listener.onMessage({ offset, messageId, sender, text, sentAt, own, history });
  }

  private handle(event: ServerEvent): void {
    switch (event.type) {
      case "ack":
        if (this.sender.acknowledge(event.message_id)) this.listener.onAck(event.message_id);
        break;
      case "presence":
        this.listener.onPresence(event);
        break;
      case "error":
        this.complaint(event);
        break;
    }
  }

  private complaint(error: ErrorFrame): void {
    const text = this.sender.complaint(error);
    // What was refused for good does not come.
    if (text !== null) this.awaited.delete(error.message_id!);
    this.listener.onError(error, text);
  }
}
