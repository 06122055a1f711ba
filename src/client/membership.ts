import { isSocketUrl } from "../lib/address.ts";
import type { Random } from "../lib/random.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import type { ReceivedMessage, ServerEvent } from "../protocol/dialect.ts";
import type { GapFrame, RedistributeFrame, WelcomeFrame } from "../protocol/frames.ts";
import type { JoinRequest, PresenceMode } from "../protocol/handshake.ts";
import type { Position } from "../protocol/message.ts";
import { type DecodedFrame, decodeFrame } from "./decoded-frame.ts";
import type { HeartbeatTimes } from "./heartbeat.ts";
import { Link, type LinkOwner } from "./link.ts";
import { LogCursor } from "./log-cursor.ts";
import type { MembershipListener } from "./membership-listener.ts";
import { Order } from "./order.ts";
import { Route, type RouteOptions } from "./route.ts";
import type { ClientSocket } from "./socket.ts";

const ANSWER_WITHIN_MS = 10_000;

export interface MembershipOptions extends RouteOptions {
  /** `null`: the server gives one. */
  name: string | null;
  /** 16-64 URL-safe characters, kept over reconnects: the scope of message ids. */
  session: string;
  /** Messages of the past wanted on joining. */
  history: number;
  presence: PresenceMode;
  random: Random;
  /** How long a server may take to answer before another try, milliseconds; by default ten seconds. */
  answerWithin?: number;
  /** By default none: what is there no more is noticed when TCP notices it. */
  heartbeat?: HeartbeatTimes;
  /** Understands a frame. Who has many clients in one room understands each frame once. */
  decode?: (frame: string) => DecodedFrame;
}

/**
 * A client's place in a room, over any number of sockets: it reconnects with jitter, resumes where it was, and
 * follows redirects without being away for a moment. It is made for load tests too: a message costs it next to nothing.
 */
export class Membership implements LinkOwner {
  private readonly link: Link;
  private readonly cursor = new LogCursor();
  /** `null` before the first one: few are ever sent elsewhere. */
  private order: Order | null = null;
  private readonly decode: (frame: string) => DecodedFrame;
  private name: string | null;
  private readonly route: Route;
  private online = false;
  private ended = false;
  /** The place from which the socket that is being opened resumes. */
  private since: Position | null = null;

  constructor(
    private readonly options: MembershipOptions,
    private readonly listener: MembershipListener,
  ) {
    this.name = options.name;
    this.decode = options.decode ?? decodeFrame;
    this.route = new Route(options);
    this.link = new Link(this, options.random, options.heartbeat ?? null);
  }

  get answerWithinMs(): number {
    return this.options.answerWithin ?? ANSWER_WITHIN_MS;
  }

  get isOnline(): boolean {
    return this.online;
  }

  /** `offset` was written before this client joined. */
  isHistory(offset: number): boolean {
    return this.cursor.isHistory(offset);
  }

  connect(): void {
    this.link.open();
  }

  /** Sends a frame, when online. */
  transmit(frame: string): void {
    if (this.online) this.link.send(frame);
  }

  /** Goes on under another name in the same place: comes back without waiting, and resumes where it was. */
  rename(name: string): void {
    if (this.ended) return;
    this.name = name;
    this.online = false;
    this.route.follow(this.withdrawOrder());
    this.link.reopen();
  }

  /**
   * Ends for good, unless the client is in its room by now or has another token: somebody has found out that it would
   * not be let in.
   */
  refuse(reason: string, code: number): void {
    if (this.online || this.ended || this.route.hasNewToken) return;
    void this.link.close();
    this.onRefused(reason, code);
  }

  /** Leaves politely. Resolves when the server has said goodbye too, or did not within two seconds. */
  async close(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.online = false;
    this.withdrawOrder();
    await this.link.close();
    this.listener.onEnd(closeCodes.normal.reason, closeCodes.normal.code);
  }

  /** What the link asks and tells. */
  openSocket(): ClientSocket {
    return this.route.open(this.join());
  }

  get hasNewToken(): boolean {
    return this.route.hasNewToken;
  }

  onFrame(frame: string): void {
    this.receive(this.decode(frame));
  }

  onNextFrame(frame: string): void {
    this.receiveFirst(this.decode(frame));
  }

  onNextLost(): void {
    this.withdrawOrder();
  }

  onLost(reason: string, retryMs: number, code: number): void {
    this.route.lost(this.online);
    this.online = false;
    // An order that was not carried out yet is carried out now.
    this.route.follow(this.withdrawOrder());
    this.listener.onOffline(reason, retryMs, code);
  }

  onRefused(reason: string, code: number): void {
    this.online = false;
    this.ended = true;
    this.withdrawOrder();
    this.listener.onEnd(reason, code);
  }

  /** What this client asks for now; the socket that is about to be opened resumes from there. */
  private join(): JoinRequest {
    const { session, history, presence } = this.options;
    this.since = this.cursor.position;
    return { name: this.name, session, history, presence, since: this.since };
  }

  private prepare(target: string): void {
    this.link.prepare(() => this.route.openAt(target, this.join()));
  }

  /** Answers with where it led, if there was one. */
  private withdrawOrder(): string | null {
    return this.order?.withdraw() ?? null;
  }

  /** A frame of the socket to another server: with its welcome, that is the connection. */
  private receiveFirst(frame: DecodedFrame): void {
    if (!frame.events.some(({ type }) => type === "welcome")) return;
    this.route.follow(this.withdrawOrder());
    this.link.switchOver();
    this.receive(frame);
  }

  private receive({ events, batch }: DecodedFrame): void {
    const { listener } = this;
    if (batch !== null && listener.onBatch !== undefined && !this.ended && this.cursor.advance(batch)) {
      listener.onBatch(batch);
      return;
    }
    for (const event of events) {
      // A listener may leave in the midst of a batch.
      if (this.ended) return;
      if (event.type === "message") this.message(event);
      else this.handle(event);
    }
  }

  private message(message: ReceivedMessage): void {
    const { offset } = message;
    // The native dialect always says it; another one is not spoken on this connection.
    if (offset === null) return;
    const before = this.cursor.offset;
    const arrival = this.cursor.arrive(offset);
    if (arrival === "repeat") return;
    if (arrival === "hole") {
      this.listener.onGap({ type: "gap", from: before + 1, to: offset - 1, reason: "trimmed" });
    }
    this.listener.onMessage(message, offset);
  }

  private handle(event: ServerEvent): void {
    switch (event.type) {
      case "welcome":
        this.welcome(event);
        break;
      case "gap":
        this.gap(event);
        break;
      case "redistribute":
        this.obey(event);
        break;
      default:
        // A server from before there were pings does not understand them: that it says so is a sign of life as well.
        if (isAnswer(event) && this.link.answered()) return;
        this.listener.onEvent(event);
    }
  }

  private welcome(welcome: WelcomeFrame): void {
    const entry = this.online ? "moved" : this.cursor.position === null ? "first" : "again";
    this.link.established();
    this.cursor.welcome(welcome, this.since);
    // A name that the server gave is kept: a guest who comes back is the same guest.
    this.name ??= welcome.name;
    this.online = true;
    this.listener.onOnline(welcome, entry);
  }

  private gap(gap: GapFrame): void {
    const missing = this.cursor.gap(gap);
    if (missing === null) return;
    // The socket that is being opened asks for a place in the log before: it would be told of this once more.
    const target = this.order?.target ?? null;
    if (target !== null && this.link.isPreparing && this.since?.epoch !== this.cursor.position?.epoch) {
      this.prepare(target);
    }
    this.listener.onGap(missing);
  }

  private obey({ redirect, within_ms: withinMs }: RedistributeFrame): void {
    if (!isSocketUrl(redirect)) return;
    if (this.link.isPreparing && redirect === this.order?.target) return;
    const objection = this.route.objectionTo(redirect);
    if (objection !== null) {
      this.listener.onStay?.(objection);
      return;
    }
    this.link.dropNext();
    this.order ??= new Order(this.options.random, (target) => this.prepare(target));
    this.order.give(redirect, withinMs);
  }
}

/** Can this be what a server says to a ping? */
function isAnswer(event: ServerEvent): boolean {
  if (event.type === "pong") return true;
  return event.type === "error" && event.code === "invalid_frame" && event.message_id === undefined;
}
