import { reachedAs } from "../lib/address.ts";
import { messageOf } from "../lib/errors.ts";
import { formatCounted } from "../lib/format.ts";
import { type CloseRule, closeCodes } from "../protocol/close-codes.ts";
import type { DialectName, InvalidFrame } from "../protocol/dialect.ts";
import { dialects } from "../protocol/dialects.ts";
import type { ServerFrame } from "../protocol/frames.ts";
import { type Grant, opensRoom } from "../protocol/grant.ts";
import type { PresenceMode } from "../protocol/handshake.ts";
import { invalid } from "../protocol/json.ts";
import type { MessageId } from "../protocol/message.ts";
import { encodeServerFrame, errorFrame, native } from "../protocol/native.ts";
import { registerRedistribute, registerWelcome } from "../protocol/register.ts";
import type { Admission } from "./admission/admission.ts";
import { Pace } from "./admission/pace.ts";
import { TokenBucket } from "./admission/token-bucket.ts";
import type { SessionContext } from "./context.ts";
import type { Member, Room } from "./room.ts";
import { type JoinStart, type JoinWish, Seat } from "./seat.ts";
import { Sender, type SendingClient } from "./sender.ts";
import type { Socket } from "./socket.ts";

/** Frames that a client may send before it has been let into its room. */
const MAX_EARLY_FRAMES = 1000;
/** Invalid frames that a connection may send. */
const ERRORS_AT_ONCE = 20;
const ERRORS_PER_SECOND = 1;

/**
 * One connection, from its handshake to its close. Frames are handled in the order they came, synchronously,
 * up to the broker's `publish`, so the order of one sender's messages is the order of the log.
 */
export class Session implements Member, SendingClient {
  /** Set as soon as the handshake is through, before anything else happens. */
  socket!: Socket;
  readonly dialect: DialectName;
  readonly presence: PresenceMode;
  /** Where it comes from. */
  readonly address: string;
  /** The name by which it reached this server, with its port. */
  private readonly host: string;
  /** What its token allows; `null` where nobody is asked for one. */
  private readonly grant: Grant | null;
  /** The scope of its message ids, if it has chosen one. */
  private readonly chosenSession: string | null;
  private seat: Seat | null = null;
  private settling = false;
  private closed = false;
  /** Frames that came while the room was being entered; `null` once the client is in. */
  private early: string[] | null = null;
  private errors: TokenBucket | null = null;
  /** `null` for one that has not said anything yet: most only listen. */
  private sender: Sender | null = null;
  /** `null`: it may send as much as it likes. */
  private readonly pace: Pace | null;

  constructor(
    readonly id: string,
    readonly name: string,
    { dialect, join, address, host, grant }: Admission,
    private readonly context: SessionContext,
  ) {
    this.dialect = dialect;
    this.presence = dialect === "native" ? join.presence : "none";
    this.address = context.texts.of(address);
    this.host = context.texts.of(host);
    this.grant = grant;
    this.chosenSession = join.session;
    this.pace = context.pace === null ? null : new Pace(context.pace, context.limits.max_payload);
  }

  /** When its token ends, milliseconds since the epoch; `null` where it needs none. */
  get expiresAt(): number | null {
    return this.grant?.expiresAt ?? null;
  }

  get isNameFixed(): boolean {
    return this.grant !== null;
  }

  /** Only native clients know that an id of theirs is used once. */
  get session(): string | null {
    return this.dialect === "native" ? (this.chosenSession ?? this.id) : null;
  }

  get isResending(): boolean {
    return this.dialect === "native" && this.chosenSession !== null;
  }

  /** The plain dialect has no words for a redirect. */
  get isMovable(): boolean {
    return this.dialect !== "plain";
  }

  /** Where it is; `null` while a client of the register dialect has not named its room. */
  get roomName(): string | null {
    return this.seat?.room.name ?? null;
  }

  /** The socket is open: into the room, or, where that is not named yet (`null`), a welcome. */
  begin(room: string | null, wish: JoinWish): void {
    if (room !== null) void this.enter(room, wish);
    else this.send(registerWelcome(this.timestamp()));
  }

  /** Sends a frame to this client alone; what a whole room gets never comes by here. */
  send(frame: string): void {
    const { counters } = this.context;
    counters.directWrites++;
    counters.bytes.out += Buffer.byteLength(frame);
    this.socket.send(frame);
  }

  /** Sends a native frame; the other dialects have no words for it. */
  tell(frame: ServerFrame): void {
    if (this.dialect === "native" && !this.closed) this.send(encodeServerFrame(frame));
  }

  /** A text frame came. */
  receive(text: string): void {
    if (this.closed || this.settling) return;
    if (this.early === null) this.handle(text);
    else if (this.early.length < MAX_EARLY_FRAMES) this.early.push(text);
    else this.reject(invalid("too_many_early_frames", "wait for the welcome before sending more"));
  }

  /** Whether a frame of so many bytes is within what its client may send; a client that sends too much is told. */
  keepsPace(text: string, bytes: number): boolean {
    if (this.pace === null) return true;
    const verdict = this.pace.take(bytes, this.context.clock.now());
    if (verdict === "admitted") return true;
    if (verdict === "refused" && this.dialect === "native") this.refuse(text);
    else this.end(closeCodes.rateLimited);
    return false;
  }

  /** A frame came that is longer than the `limit` of bytes. */
  rejectTooLong(text: string, limit: number): void {
    const problem = `a frame may have at most ${limit} bytes`;
    this.reject(invalid("too_large", problem, this.messageIdOf(text)));
  }

  /** A frame came that is not understood. */
  reject({ code, problem, messageId }: InvalidFrame): void {
    const { counters, clock, log } = this.context;
    counters.error(code);
    this.tell(errorFrame(code, problem, messageId));
    this.errors ??= new TokenBucket(ERRORS_PER_SECOND, ERRORS_AT_ONCE);
    if (this.errors.take(1, clock.now())) return;
    log.warn("too_many_errors", { connection: this.id, dialect: this.dialect });
    this.end(closeCodes.tooManyErrors);
  }

  /** The network took what was waiting to be sent. */
  drained(): void {
    this.seat?.drained();
  }

  /** Asks the client to go on at another server within that time. */
  redistribute(reason: string, redirect: string, withinMs: number): void {
    if (this.closed || !this.isMovable) return;
    const url = reachedAs(redirect, this.host);
    if (this.dialect === "register") this.send(registerRedistribute(reason, url));
    else this.tell({ type: "redistribute", reason, redirect: url, within_ms: withinMs });
  }

  /** Ends the connection from this side. */
  end(rule: CloseRule): void {
    if (!this.closed) this.socket.close(rule.code, rule.reason);
  }

  /** The socket is closed, from whichever side. */
  onClosed(): void {
    this.closed = true;
    this.leave();
  }

  /** Takes no more messages. Resolves when every one that was accepted has been stored or refused. */
  async settle(): Promise<void> {
    this.settling = true;
    await this.sender?.settled();
  }

  private handle(text: string): void {
    const frame = dialects[this.dialect].decodeFromClient(text);
    switch (frame.type) {
      case "message":
        if (this.seat !== null) this.speaking().publish(this.seat.room, frame);
        else this.reject(invalid("invalid_frame", "register before you send a message"));
        break;
      case "who":
        this.send(this.seat!.room.presence.frame(true));
        break;
      case "ping":
        this.tell({ type: "pong" });
        break;
      case "register":
        this.register(frame.room);
        break;
      case "invalid":
        this.reject(frame);
        break;
    }
  }

  /** A frame came that is too much for now. */
  private refuse(text: string): void {
    const { messagesPerSecond, bytesPerSecond } = this.context.pace!;
    const limits = [
      ...(messagesPerSecond === 0 ? [] : [formatCounted(messagesPerSecond, "message")]),
      ...(bytesPerSecond === 0 ? [] : [formatCounted(bytesPerSecond, "byte")]),
    ];
    const problem = `slower, please: ${limits.join(" and ")} a second are allowed`;
    const messageId = this.messageIdOf(text);
    if (messageId !== null) this.speaking().refuse(messageId, "rate_limited", problem);
    else {
      this.context.counters.error("rate_limited");
      this.tell(errorFrame("rate_limited", problem, null, true));
    }
  }

  /** Of a frame that is read for its id alone: a sender that is not told which message it was would send it forever. */
  private messageIdOf(text: string): MessageId | null {
    const frame = this.dialect === "native" ? native.decodeFromClient(text) : null;
    return frame !== null && "messageId" in frame ? frame.messageId : null;
  }

  /** This dialect names its room only now, so only now its token can be held against it. */
  private register(room: string): void {
    if (this.grant !== null && !opensRoom(this.grant, room)) {
      this.end(closeCodes.roomForbidden);
      return;
    }
    this.leave();
    if (this.context.gate.fullRoom(room) !== null) this.end(closeCodes.full);
    else void this.enter(room, { since: null, history: 0 });
  }

  /**
   * Lets the client into a room: welcome, replay, then live. Reading pauses meanwhile, so that its own first
   * message cannot be delivered before it listens.
   */
  private async enter(name: string, wish: JoinWish): Promise<void> {
    this.early = [];
    this.socket.pause();
    try {
      const { room, ready } = this.context.rooms.enter(name);
      const seat = new Seat(room, this, this.context);
      this.seat = seat;
      await ready;
      if (await seat.sitDown(wish, (start) => this.welcome(room, wish, start))) this.handleEarly();
    } catch (error) {
      // Everyone who comes while the broker is away comes again: counted, but not a line each.
      this.context.counters.error("room_unavailable");
      this.context.log.debug("room_unavailable", { room: name, error: messageOf(error) });
      this.end(closeCodes.unavailable);
    }
  }

  private welcome(room: Room, wish: JoinWish, { from, to, recovered }: JoinStart): void {
    const { counters, serverId, limits } = this.context;
    if (wish.since !== null) counters.resumed[recovered ? "recovered" : "gap"]++;
    this.tell({
      type: "welcome",
      connection_id: this.id,
      server_id: serverId,
      room: room.name,
      name: this.name,
      epoch: to.epoch,
      offset: to.offset,
      replay: to.offset - from.offset,
      recovered,
      limits,
    });
  }

  private handleEarly(): void {
    const frames = this.early ?? [];
    this.early = null;
    this.socket.resume();
    for (const frame of frames) this.receive(frame);
  }

  private leave(): void {
    this.seat?.leave(!this.closed);
    this.seat = null;
  }

  private speaking(): Sender {
    this.sender ??= new Sender(this, this.context);
    return this.sender;
  }

  private timestamp(): string {
    return new Date(this.context.clock.now()).toISOString();
  }
}
