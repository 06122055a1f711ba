import type { ClientSocket, OpenSocket } from "../client/socket.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import type { Dialect } from "../protocol/dialect.ts";
import { NATIVE_SUBPROTOCOL, roomUrl } from "../protocol/handshake.ts";
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
  /** The connection is over, before or after it was joined. */
  onClosed(chatter: Chatter, code: number, reason: string): void;
}

/** One client of a load test, on one socket. It does not reconnect: a lost connection is a result. */
export class Chatter {
  joined = false;
  /** The server or the network ended it, or it never came to be. */
  gone = false;
  /** Its messages that not everyone has, by sequence number. */
  readonly flights = new Map<number, Flight>();
  sequence = 0;
  private socket: ClientSocket | null = null;

  constructor(
    readonly id: string,
    readonly room: TestRoom,
    private readonly context: ChatterContext,
  ) {}

  connect(): void {
    const { dialect, url, openSocket } = this.context;
    const isNative = dialect.name === "native";
    const address =
      dialect.name === "register"
        ? url
        : roomUrl(url, this.room.name, isNative ? { name: this.id, presence: "none" } : {});
    const socket = openSocket(address, isNative ? [NATIVE_SUBPROTOCOL] : []);
    this.socket = socket;
    socket.onopen = () => this.opened(socket);
    socket.onmessage = ({ data }: { data: unknown }) => this.received(data);
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => {
      this.gone = true;
      this.context.onClosed(this, code, reason);
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

  leave(): void {
    this.socket?.close(closeCodes.normal.code, closeCodes.normal.reason);
  }

  private opened(socket: ClientSocket): void {
    const { dialect } = this.context;
    if (dialect.name === "register") socket.send(registerFrame(this.room.name));
    // A native client is in its room when the server says so; the others are never told.
    if (dialect.name !== "native") this.join();
  }

  private received(data: unknown): void {
    if (typeof data !== "string") return;
    if (this.joined) this.context.onFrame(this, data);
    else if (this.context.dialect.decodeFromServer(data).some((event) => event.type === "welcome"))
      this.join();
  }

  private join(): void {
    this.joined = true;
    this.context.onJoined(this);
  }
}
