import type { DecodedFrame } from "../../client/decoded-frame.ts";
import type { OpenSocket } from "../../client/socket.ts";
import type { Random } from "../../lib/random.ts";
import type { Dialect, ReceivedMessage } from "../../protocol/dialect.ts";
import { type JoinRequest, roomUrl } from "../../protocol/handshake.ts";
import type { TestRoom } from "../crowd/room.ts";
import { Author } from "../ledger/author.ts";
import type { Visit } from "../plan/visits.ts";
import type { FrameContents } from "./frame-memo.ts";

/** What all chatters of a run share. */
export interface ChatterContext {
  dialect: Dialect;
  /** The text of the next message; for the register dialect its start is replaced by an identity. */
  text(): string;
  openSocket: OpenSocket;
  /** The token of a client; `null` where the server wants none. */
  tokenOf: ((client: string) => string | null) | null;
  random: Random;
  /** How long a server may take to let a client in, milliseconds. */
  connectTimeout: number;
  /** Understand a frame that came just now: native, or of the dialects that only know messages. */
  decode(frame: string): DecodedFrame;
  read(frame: string): FrameContents;
  /** Messages of one frame came; where others get the same frame, too, these are the same array. */
  onMessages(receiver: Chatter, messages: readonly ReceivedMessage[]): void;
  /** What the server complained of. */
  onComplaint(text: string): void;
  onJoined(chatter: Chatter): void;
  /** The connection is over, and the client does not come back. */
  onLost(chatter: Chatter, was: "outside" | "in" | "away", code: number, reason: string): void;
  /** The connection is over, and the client is about to come back. */
  onAway(chatter: Chatter, code: number, reason: string): void;
  onBack(chatter: Chatter): void;
  /** It went on at another server. */
  onMoved(chatter: Chatter): void;
  /** It was told that the log has lost messages. */
  onGap(chatter: Chatter): void;
}

/** One client of a load test. */
export abstract class Chatter {
  protected state: "outside" | "in" | "away" | "gone" = "outside";
  readonly author: Author;
  /** Sent or received something. */
  isActive = false;
  /** When the messages that it could not send yet were due. */
  readonly backlog: number[] = [];
  /** When it went away last, milliseconds since the epoch. */
  awaySince = 0;
  /** When it was given up for lost; infinite as long as it was not. */
  lostAt = Number.POSITIVE_INFINITY;
  /** It is to leave by plan, and says nothing more. */
  isSilent = false;
  /** Messages that it was owed and got. */
  heard = 0;
  /** How many it is to get, once it has left. */
  owed = 0;
  /** From when to when it is a member, microseconds since the epoch. */
  private joinedUs = Number.POSITIVE_INFINITY;
  private leftUs = Number.POSITIVE_INFINITY;

  constructor(
    readonly visit: Visit,
    readonly room: TestRoom,
    protected readonly context: ChatterContext,
  ) {
    this.author = new Author(visit.id, room);
  }

  get id(): string {
    return this.visit.id;
  }

  /** It is a member from now on: it is owed what is said in its room. */
  enter(nowUs: number): void {
    this.joinedUs = nowUs;
    this.room.enter(this, nowUs);
  }

  /** It is owed nothing that is said from now on; it stays until it has got the rest. */
  bow(nowUs: number): void {
    this.leftUs = nowUs;
    // One that never was in has nothing to wait for.
    if (this.joinedUs <= nowUs) this.room.leave(this, nowUs);
  }

  /** Is it to get what is said at that time? Microseconds since the epoch. */
  isOwed(sentUs: number): boolean {
    return sentUs >= this.joinedUs && sentUs < this.leftUs;
  }

  /** Was it not a member all the time since then? */
  isVisitor(startedUs: number): boolean {
    return this.joinedUs > startedUs || this.isLeaving;
  }

  /** It leaves by plan, and waits for no more than what was said before. */
  get isLeaving(): boolean {
    return this.leftUs < Number.POSITIVE_INFINITY;
  }

  /** Has it been leaving for that long? */
  hasWaited(nowUs: number, patienceMs: number): boolean {
    return nowUs - this.leftUs >= patienceMs * 1000;
  }

  /** It is leaving, and has got all that it is owed, as far as is known. */
  get isDone(): boolean {
    return this.isLeaving && this.heard >= this.owed;
  }

  /** In its room, and connected. */
  get isIn(): boolean {
    return this.state === "in";
  }

  /** Neither in nor given up. */
  get isOutside(): boolean {
    return this.state === "outside";
  }

  /** It was in its room and is coming back. */
  get isAway(): boolean {
    return this.state === "away";
  }

  /** Its connection is over, and it does not come back. */
  get isGone(): boolean {
    return this.state === "gone";
  }

  abstract connect(): void;

  /** Sends the next message; `sentAt` is RFC 3339. The sequence number is the one that its author was just given. */
  abstract send(sentAt: string): void;

  /** Leaves politely. Resolves when the server knows, or does not answer. */
  abstract leave(): Promise<void>;

  /** Ends a connection that never came to be, or did not come back. */
  abstract giveUp(): void;
}

/** Where a client of a dialect connects to be in `room`. */
export function chatterAddress(
  dialect: Dialect,
  url: string,
  room: string,
  join: Partial<JoinRequest> = {},
): string {
  return dialect.name === "register" ? url : roomUrl(url, room, join);
}
