import { reachedAs } from "../lib/address.ts";
import { type CloseRule, closeCodes } from "../protocol/close-codes.ts";
import type { DialectName, InvalidFrame } from "../protocol/dialect.ts";
import { dialects } from "../protocol/dialects.ts";
import type { ServerFrame } from "../protocol/frames.ts";
import { type Grant, opensRoom } from "../protocol/grant.ts";
import type { PresenceMode } from "../protocol/handshake.ts";
import { invalid } from "../protocol/json.ts";
import { batchFrames, encodeServerFrame } from "../protocol/native.ts";
import { registerRedistribute, registerWelcome } from "../protocol/register.ts";
import type { Admission } from "./admission/admission.ts";
import type { SessionContext } from "./context.ts";
import { Entry, type Newcomer } from "./entry.ts";
import { type PolicedClient, Policing } from "./policing.ts";
import { type JoinWish, Seat } from "./seat.ts";
import { Sender, type SendingClient } from "./sender.ts";
import type { Socket } from "./socket.ts";

/**
 * One connection, from its handshake to its close. Frames are handled in the order they came, synchronously,
 * up to the broker's `publish`, so the order of one sender's messages is the order of the log.
 */
export class Session implements Newcomer, SendingClient, PolicedClient {
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
  /** On its way into a room; `null` once it is in. */
  private entry: Entry | null = null;
  /** `null` for one that has not said anything yet: most only listen. */
  private sender: Sender | null = null;
  /** `null` for one that may send as much as it likes, and has made no mistake yet. */
  private policing: Policing | null;

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
    this.policing = context.pace === null ? null : new Policing(this, context);
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
    this.tellAll([frame]);
  }

  /** The same of several, in as few frames as possible. */
  tellAll(frames: readonly ServerFrame[]): void {
    if (this.dialect !== "native" || this.closed) return;
    for (const frame of batchFrames(frames.map(encodeServerFrame))) this.send(frame);
  }

  /** Its sending side, from its first message on. */
  speaking(): Sender {
    this.sender ??= new Sender(this, this.context);
    return this.sender;
  }

  /** A text frame came. */
  receive(text: string): void {
    if (this.closed || this.settling) return;
    if (this.entry === null) this.handle(text);
    else if (!this.entry.hold(text))
      this.reject(invalid("too_many_early_frames", "wait for the welcome before sending more"));
  }

  /** Whether a frame of so many bytes is within what its client may send; a client that sends too much is told. */
  keepsPace(text: string, bytes: number): boolean {
    return this.policing === null || this.policing.admits(text, bytes);
  }

  /** A frame came that is longer than the `limit` of bytes. */
  rejectTooLong(text: string, limit: number): void {
    this.policed().rejectTooLong(text, limit);
  }

  /** A frame came that is not understood. */
  reject(frame: InvalidFrame): void {
    this.policed().reject(frame);
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

  /** Ends at once, without a word. */
  cut(): void {
    if (!this.closed) this.socket.terminate();
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

  private async enter(name: string, wish: JoinWish): Promise<void> {
    const { room, ready } = this.context.rooms.enter(name);
    this.seat = new Seat(room, this, this.context);
    this.entry = new Entry(this.seat, this, this.context);
    if (!(await this.entry.complete(ready, wish))) return;
    const { early } = this.entry;
    this.entry = null;
    for (const frame of early) this.receive(frame);
  }

  private leave(): void {
    this.seat?.leave(!this.closed);
    this.seat = null;
  }

  private policed(): Policing {
    this.policing ??= new Policing(this, this.context);
    return this.policing;
  }

  private timestamp(): string {
    return new Date(this.context.clock.now()).toISOString();
  }
}
