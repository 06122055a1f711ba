import type { Random } from "../lib/random.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import type { ReceivedMessage, ServerEvent } from "../protocol/dialect.ts";
import type {
  ErrorFrame,
  GapFrame,
  PresenceFrame,
  RedistributeFrame,
  WelcomeFrame,
} from "../protocol/frames.ts";
import { NATIVE_SUBPROTOCOL, type PresenceMode, roomUrl } from "../protocol/handshake.ts";
import type { MessageId } from "../protocol/message.ts";
import { native, WHO_FRAME } from "../protocol/native.ts";
import { Link } from "./link.ts";
import { LogCursor } from "./log-cursor.ts";
import { Outbox } from "./outbox.ts";
import type { OpenSocket } from "./socket.ts";

export interface ConnectionOptions {
  /** `ws://host:port`. */
  url: string;
  room: string;
  /** `null`: the server gives one. */
  name: string | null;
  /** 16-64 URL-safe characters, kept over reconnects: the scope of message ids. */
  session: string;
  /** Messages of the past wanted on joining. */
  history: number;
  presence: PresenceMode;
  openSocket: OpenSocket;
  random: Random;
}

/** What happens on a connection, told in the order in which it happens. */
export interface ConnectionListener {
  /** In the room. `again`: after a loss of the connection; `welcome.recovered` says whether without a hole. */
  onOnline(welcome: WelcomeFrame, again: boolean): void;
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

/** A server that could not store a message is asked again after this long. */
const RETRY_MS = 1000;

/**
 * A client's place in a room, over any number of sockets: it reconnects with jitter, resumes where it was, and
 * sends again what was not acknowledged, under the same id, so that everyone sees it once.
 */
export class Connection {
  private readonly link: Link;
  private readonly cursor = new LogCursor();
  private readonly outbox: Outbox;
  private name: string | null;
  private online = false;
  private ended = false;
  /** Where the server sent this client; forgotten when nobody is there. */
  private redirect: string | null = null;
  private moveTimer: ReturnType<typeof setTimeout> | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly listener: ConnectionListener,
  ) {
    this.name = options.name;
    this.outbox = new Outbox(options.random);
    this.link = new Link(
      { open: () => options.openSocket(this.address(), [NATIVE_SUBPROTOCOL]), random: options.random },
      {
        onFrame: (frame) => this.receive(frame),
        onLost: (reason, retryMs) => {
          // Lost before it was welcome: that server is not there, the one that was asked for first may be.
          if (!this.online) this.redirect = null;
          this.goOffline();
          this.listener.onOffline(reason, retryMs);
        },
        onRefused: (reason, code) => {
          this.goOffline();
          this.ended = true;
          this.listener.onEnd(reason, code);
        },
      },
    );
  }

  get isOnline(): boolean {
    return this.online;
  }

  /** Messages that the server has not acknowledged. */
  get unacked(): number {
    return this.outbox.size;
  }

  connect(): void {
    this.link.open();
  }

  /** Sends a text, now or as soon as the connection is back, and again until it is acknowledged. */
  send(text: string): MessageId {
    const id = this.outbox.add(text);
    // What the server could not store goes first.
    if (this.online && this.retryTimer === null) this.transmit(id, text);
    return id;
  }

  /** Asks for the members; the answer comes as presence. False when offline. */
  who(): boolean {
    if (this.online) this.link.send(WHO_FRAME);
    return this.online;
  }

  /**
   * Goes on under another name in the same place: comes back without waiting, resumes where it was and sends
   * again what was not acknowledged.
   */
  rename(name: string): void {
    if (this.ended) return;
    this.name = name;
    this.goOffline();
    this.link.reopen();
  }

  /** Leaves politely. Resolves when the server has said goodbye too, or did not within two seconds. */
  async close(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.goOffline();
    await this.link.close();
    this.listener.onEnd(closeCodes.normal.reason, closeCodes.normal.code);
  }

  private address(): string {
    const { url, room, session, history, presence } = this.options;
    return roomUrl(this.redirect ?? url, room, {
      name: this.name,
      session,
      history,
      presence,
      since: this.cursor.position,
    });
  }

  private goOffline(): void {
    this.online = false;
    if (this.moveTimer !== null) clearTimeout(this.moveTimer);
    this.moveTimer = null;
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.retryTimer = null;
  }

  private receive(frame: string): void {
    for (const event of native.decodeFromServer(frame)) {
      // A listener may leave in the midst of a batch.
      if (!this.ended) this.handle(event);
    }
  }

  private handle(event: ServerEvent): void {
    switch (event.type) {
      case "welcome":
        this.welcome(event);
        break;
      case "message":
        this.message(event);
        break;
      case "ack":
        if (this.outbox.acknowledge(event.message_id)) this.listener.onAck(event.message_id);
        break;
      case "presence":
        this.listener.onPresence(event);
        break;
      case "gap":
        this.cursor.gap(event);
        this.listener.onGap(event);
        break;
      case "error":
        this.complaint(event);
        break;
      case "redistribute":
        this.move(event);
        break;
    }
  }

  private welcome(welcome: WelcomeFrame): void {
    const again = this.cursor.position !== null;
    this.link.established();
    this.cursor.welcome(welcome);
    // A name that the server gave is kept: a guest who comes back is the same guest.
    this.name ??= welcome.name;
    this.online = true;
    // First what waits: a listener that speaks as soon as it is online comes after it.
    this.transmitAll();
    this.listener.onOnline(welcome, again);
  }

  private message(event: ReceivedMessage): void {
    const { offset, messageId, sender, text, sentAt } = event;
    // The native dialect always says these; another one is not spoken on this connection.
    if (offset === null || messageId === null || sender === null || sentAt === null) return;
    const before = this.cursor.position?.offset ?? 0;
    const arrival = this.cursor.arrive(offset);
    if (arrival === "repeat") return;
    if (arrival === "hole") {
      this.listener.onGap({ type: "gap", from: before + 1, to: offset - 1, reason: "trimmed" });
    }
    const own = this.outbox.comesBack(messageId);
    const history = this.cursor.isHistory(offset);
    this.listener.onMessage({ offset, messageId, sender, text, sentAt, own, history });
  }

  /** Goes on at another server: where it was, at a moment of its own, so that not everyone comes at once. */
  private move({ redirect, within_ms: withinMs }: RedistributeFrame): void {
    if (!URL.canParse(redirect) || !/^wss?:$/.test(new URL(redirect).protocol)) return;
    this.moveTimer ??= setTimeout(() => {
      this.redirect = redirect;
      this.goOffline();
      this.link.reopen();
    }, this.options.random() * Math.max(0, withinMs));
  }

  private complaint(error: ErrorFrame): void {
    const id = error.message_id;
    const text = id === undefined ? undefined : this.outbox.textOf(id);
    if (id === undefined || text === undefined) {
      this.listener.onError(error, null);
    } else if (error.retryable) {
      this.retryTimer ??= setTimeout(() => this.transmitAll(), RETRY_MS);
      this.listener.onError(error, null);
    } else {
      this.outbox.drop(id);
      this.listener.onError(error, text);
    }
  }

  private transmitAll(): void {
    this.retryTimer = null;
    for (const [id, text] of this.outbox.entries()) this.transmit(id, text);
  }

  private transmit(messageId: MessageId, text: string): void {
    const { room } = this.options;
    this.link.send(native.encodeFromClient({ messageId, text, room, sender: "", sentAt: "" }));
  }
}
