import type { OpenSocket } from "../client/socket.ts";
import type { Random } from "../lib/random.ts";
import type { Dialect, ServerEvent } from "../protocol/dialect.ts";
import { type JoinRequest, roomUrl } from "../protocol/handshake.ts";
import type { FrameContents } from "./frame-memo.ts";
import type { Flight } from "./tally.ts";

/** A room of the test: how many clients belong to it, those included that are away for a moment. */
export interface TestRoom {
  name: string;
  members: number;
}

/** What all chatters of a run share. */
export interface ChatterContext {
  url: string;
  dialect: Dialect;
  /** The text of a message; for the register dialect its start is replaced by an identity. */
  filler: string;
  openSocket: OpenSocket;
  /** The token of a client, `null` where the server wants none. */
  tokenOf(client: string): string | null;
  random: Random;
  /** Understand a frame that came just now: native, or of the dialects that only know messages. */
  decode(frame: string): readonly ServerEvent[];
  read(frame: string): FrameContents;
  onMessage(receiver: Chatter, sender: string, sequence: number): void;
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
  /** Its messages that not everyone has, by sequence number. */
  readonly flights = new Map<number, Flight>();
  /** The number of its last message; 0 before the first. */
  sequence = 0;
  /** The number of its first message after the warm-up. */
  firstCounted = Number.POSITIVE_INFINITY;
  /** Sent or received something. */
  isActive = false;
  /** When the messages that it could not send yet were due. */
  readonly backlog: number[] = [];
  /** When it went away last, milliseconds since the epoch. */
  awaySince = 0;

  constructor(
    readonly id: string,
    readonly room: TestRoom,
    protected readonly context: ChatterContext,
  ) {}

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

  abstract connect(): void;

  /** Sends the next message; `sentAt` is RFC 3339. The sequence number is the one just given out. */
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
