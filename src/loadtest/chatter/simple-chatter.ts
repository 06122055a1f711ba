import { cut, sayGoodbye } from "../../client/goodbye.ts";
import { openInRoom } from "../../client/provisioned-socket.ts";
import type { ClientSocket, SocketClose } from "../../client/socket.ts";
import { registerFrame } from "../../protocol/register.ts";
import { Chatter, chatterAddress } from "./chatter.ts";
import { textWithIdentity } from "./identity.ts";

const ENTRY_MS = 250;

/**
 * A client of the plain or the register dialect, on one socket. It does not come back: these dialects have no words for
 * what it missed, so a lost connection is a result.
 */
export class SimpleChatter extends Chatter {
  private socket: ClientSocket | null = null;
  private joining: Timer | undefined;

  connect(): void {
    const { dialect, openSocket, tokenOf } = this.context;
    const { url } = this.visit;
    const room = this.room.name;
    const addressAt = (server: string) => chatterAddress(dialect, server, room);
    const token = tokenOf?.(this.id) ?? null;
    // A server that is not ours knows no names for these dialects.
    const subprotocols = token === null ? [] : [dialect.name];
    const socket = openInRoom(openSocket, { url, room, addressAt, subprotocols, token });
    this.socket = socket;
    socket.onopen = () => this.join(socket);
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (typeof data === "string" && this.isIn) this.receive(data);
    };
    socket.onclose = ({ code, reason }: SocketClose) => {
      clearTimeout(this.joining);
      const was = this.isIn ? "in" : "outside";
      this.state = "gone";
      this.context.onLost(this, was, code, reason);
    };
    socket.onerror = () => {};
  }

  send(sentAt: string): void {
    const { dialect, text } = this.context;
    const { sequence } = this.author;
    const filler = text();
    const key = { sender: this.id, sequence };
    this.socket!.send(
      dialect.encodeFromClient({
        messageId: sequence,
        text: dialect.name === "register" ? textWithIdentity(key, filler) : filler,
        sender: this.id,
        sentAt,
        room: this.room.name,
      }),
    );
  }

  async leave(): Promise<void> {
    this.state = "gone";
    clearTimeout(this.joining);
    if (this.socket !== null) await sayGoodbye(this.socket);
  }

  giveUp(): void {
    this.state = "gone";
    clearTimeout(this.joining);
    if (this.socket !== null) cut(this.socket);
  }

  /** The server does not say when a client is in its room: it is given some time for it. */
  private join(socket: ClientSocket): void {
    if (this.context.dialect.name === "register") socket.send(registerFrame(this.room.name));
    this.joining = setTimeout(() => {
      this.state = "in";
      this.context.onJoined(this);
    }, ENTRY_MS);
  }

  private receive(frame: string): void {
    const { messages, errors } = this.context.read(frame);
    for (const error of errors) this.context.onComplaint(error);
    if (messages.length > 0) this.context.onMessages(this, messages);
  }
}
