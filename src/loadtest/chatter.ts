import { cut, sayGoodbye } from "../client/goodbye.ts";
import { openInRoom } from "../client/provisioned-socket.ts";
import type { ClientSocket, OpenSocket } from "../client/socket.ts";
import type { Dialect } from "../protocol/dialect.ts";
import { type JoinRequest, NATIVE_SUBPROTOCOL, roomUrl } from "../protocol/handshake.ts";
import { registerFrame } from "../protocol/register.ts";
import { textWithIdentity } from "./identity.ts";
import type { Flight } from "./tally.ts";

/** A room of the test: how many of its clients are connected right now. */
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
  onJoined(chatter: Chatter): void;
  onFrame(chatter: Chatter, frame: string): void;
  /** The connection is over, and not by this side; `wasIn` says whether it had been joined. */
  onLost(chatter: Chatter, wasIn: boolean, code: number, reason: string): void;
}

/** One client of a load test, on one socket. It does not reconnect: a lost connection is a result. */
export class Chatter {
  private state: "outside" | "in" | "gone" = "outside";
  /** Its messages that not everyone has, by sequence number. */
  readonly flights = new Map<number, Flight>();
  /** The number of its last message; 0 before the first. */
  sequence = 0;
  /** The number of its first message after the warm-up. */
  firstCounted = Number.POSITIVE_INFINITY;
  /** Sent or received something. */
  isActive = false;
  private socket: ClientSocket | null = null;

  constructor(
    readonly id: string,
    readonly room: TestRoom,
    private readonly context: ChatterContext,
  ) {}

  /** In its room, and connected. */
  get isIn(): boolean {
    return this.state === "in";
  }

  /** Neither in nor given up. */
  get isOutside(): boolean {
    return this.state === "outside";
  }

  connect(): void {
    const { dialect, url, openSocket } = this.context;
    const room = this.room.name;
    const isNative = dialect.name === "native";
    const join: Partial<JoinRequest> = isNative ? { name: this.id, presence: "none" } : {};
    const socket = openInRoom(openSocket, {
      ...{ url, room },
      addressAt: (server) => chatterAddress(dialect, server, room, join),
      subprotocols: isNative ? [NATIVE_SUBPROTOCOL] : [],
    });
    this.socket = socket;
    socket.onopen = () => this.opened(socket);
    socket.onmessage = ({ data }: { data: unknown }) => this.received(data);
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => {
      const wasIn = this.isIn;
      this.state = "gone";
      this.context.onLost(this, wasIn, code, reason);
    };
    socket.onerror = () => {};
  }

  /** Sends the next message; `sentAt` is RFC 3339. The sequence number is the one just given out. */
  send(sentAt: string): void {
    const { dialect, filler } = this.context;
    const key = { sender: this.id, sequence: this.sequence };
    this.socket!.send(
      dialect.encodeFromClient({
        messageId: this.sequence,
        text: dialect.name === "register" ? textWithIdentity(key, filler) : filler,
        sender: this.id,
        sentAt,
        room: this.room.name,
      }),
    );
  }

  /** Leaves politely. Resolves when the server knows, or does not answer. */
  async leave(): Promise<void> {
    this.state = "gone";
    if (this.socket !== null) await sayGoodbye(this.socket);
  }

  /** Ends a connection that never came to be. */
  giveUp(): void {
    this.state = "gone";
    if (this.socket !== null) cut(this.socket);
  }

  private opened(socket: ClientSocket): void {
    const { dialect } = this.context;
    if (dialect.name === "register") socket.send(registerFrame(this.room.name));
    // A native client is in its room when the server says so; the others are never told.
    if (dialect.name !== "native") this.join();
  }

  private received(data: unknown): void {
    if (typeof data !== "string") return;
    if (this.isIn) this.context.onFrame(this, data);
    else if (this.context.dialect.decodeFromServer(data).some((event) => event.type === "welcome"))
      this.join();
  }

  private join(): void {
    this.state = "in";
    this.context.onJoined(this);
  }
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
