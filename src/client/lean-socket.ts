import type { Socket as Connection, SocketHandler } from "bun";
import { messageOf } from "../lib/errors.ts";
import { BrokenFrame, clientFrame, OPCODE, TooLong } from "../lib/websocket/frames.ts";
import { MessageReader } from "../lib/websocket/message-reader.ts";
import { Opening } from "../lib/websocket/opening.ts";
import { type TextReader, utf8 } from "../lib/websocket/text-reader.ts";
import { standardCodes } from "../protocol/close-codes.ts";
import { openBunSocket } from "./bun-socket.ts";
import type { ClientSocket, OpenSocket, SocketClose } from "./socket.ts";

/** At least as long is what was said last offered to a server that does not take it. */
const LINGER_S = 5;

/**
 * For those who have thousands of sockets: a WebSocket of 2 KiB, where Bun's own takes 7. Only what chats need: no
 * compression, no binary messages, none of more than 16 MiB; text that is not UTF-8 is mended and not refused. An encrypted
 * one is Bun's own.
 */
export function leanSockets(texts: TextReader = utf8): OpenSocket {
  return (url, subprotocols) => {
    const address = new URL(url);
    if (address.protocol !== "ws:") return openBunSocket(url, subprotocols);
    return new LeanSocket(address, subprotocols, texts);
  };
}

type Listener = ((event: never) => void) | null;

/** One object a connection, and the handlers of all of them are the same. */
class LeanSocket extends MessageReader implements ClientSocket {
  onopen: Listener = null;
  onmessage: Listener = null;
  onclose: Listener = null;
  onerror: Listener = null;
  private connection: Connection<LeanSocket> | null = null;
  /** Until the server has agreed. */
  private opening: Opening | null;
  /** What the network did not take yet, oldest first. */
  private unsent: Buffer[] | null = null;
  /** A goodbye was said from this side. */
  private isClosing = false;

  constructor(address: URL, subprotocols: readonly string[], texts: TextReader) {
    super(texts);
    this.opening = new Opening(address, subprotocols);
    Bun.connect({
      hostname: address.hostname,
      port: Number(address.port || 80),
      data: this,
      socket: EVENTS,
    }).catch((error) => this.lost(messageOf(error)));
  }

  send(frame: string): void {
    if (this.opening === null) this.sendFrame(OPCODE.text, frame);
  }

  close(code?: number, reason = ""): void {
    if (this.opening !== null) this.terminate();
    else this.sayGoodbye(code === undefined ? new Uint8Array() : goodbye(code, reason));
  }

  terminate(): void {
    // Where the end was told the connection ends by itself, once what was said has left.
    if (this.isOver) return;
    this.connection?.terminate();
    this.over(standardCodes.lost, "");
  }

  /** The connection is there. */
  connected(connection: Connection<LeanSocket>): void {
    this.connection = connection;
    // Given up before that.
    if (this.opening === null) connection.terminate();
    else this.write(Buffer.from(this.opening.request));
  }

  /** Bytes came. */
  came(bytes: Buffer): void {
    if (this.isOver) return;
    const messages = this.opening === null ? bytes : this.readAnswer(this.opening, bytes);
    if (messages !== null) this.readMessages(messages);
  }

  /** The network took what was waiting. */
  drained(): void {
    const { unsent } = this;
    if (unsent === null) return;
    while (unsent.length > 0) {
      const [chunk] = unsent as [Buffer];
      const taken = this.offer(chunk);
      if (taken < chunk.length) {
        unsent[0] = chunk.subarray(taken);
        return;
      }
      unsent.shift();
    }
    this.unsent = null;
    if (this.isOver) this.connection?.end();
  }

  /** The connection is gone, from whichever side. */
  lost(reason = ""): void {
    this.connection = null;
    this.unsent = null;
    this.over(standardCodes.lost, reason);
  }

  protected onText(data: string): void {
    (this.onmessage as ((event: { data: string }) => void) | null)?.({ data });
  }

  protected onPing(payload: Buffer): void {
    this.sendFrame(OPCODE.pong, payload);
  }

  protected onGoodbye(payload: Buffer): void {
    this.sayGoodbye(payload);
    const code = payload.length === 0 ? standardCodes.noCode : payload.readUInt16BE(0);
    this.finish(code, payload.toString("utf8", 2));
  }

  /** Answers with what follows the answer to the handshake; `null` where nothing does that is to be read. */
  private readAnswer(opening: Opening, bytes: Buffer): Buffer | null {
    const answer = opening.read(bytes);
    if (answer === null) return null;
    this.opening = null;
    if (answer.problem === null) (this.onopen as (() => void) | null)?.();
    else this.finish(standardCodes.lost, answer.problem);
    return answer.rest;
  }

  private readMessages(bytes: Buffer): void {
    try {
      this.read(bytes);
    } catch (error) {
      if (!(error instanceof BrokenFrame)) throw error;
      const code = error instanceof TooLong ? standardCodes.tooLong : standardCodes.protocolError;
      this.sayGoodbye(goodbye(code, error.message));
      this.finish(code, error.message);
    }
  }

  /** Says goodbye, unless that was said already. */
  private sayGoodbye(payload: Uint8Array): void {
    if (this.isClosing) return;
    this.sendFrame(OPCODE.close, payload);
    this.isClosing = true;
  }

  private sendFrame(opcode: number, payload: string | Uint8Array): void {
    if (!this.isClosing) this.write(clientFrame(opcode, payload, Math.random() * 2 ** 32));
  }

  private write(bytes: Buffer): void {
    if (this.connection === null) return;
    if (this.unsent !== null) {
      this.unsent.push(bytes);
      return;
    }
    const taken = this.offer(bytes);
    if (taken < bytes.length) this.unsent = [bytes.subarray(taken)];
  }

  /** Answers with how many bytes the network took. */
  private offer(bytes: Buffer): number {
    return Math.max(0, this.connection?.write(bytes) ?? 0);
  }

  /** Nothing more is read or said; what was said leaves. */
  private finish(code: number, reason: string): void {
    this.over(code, reason);
    // At once it tells of its end before this returns; else `drained` ends it.
    if (this.unsent === null) this.connection?.end();
    else this.connection?.timeout(LINGER_S);
  }

  private over(code: number, reason: string): void {
    if (this.isOver) return;
    this.stopReading();
    this.opening = null;
    (this.onclose as ((event: SocketClose) => void) | null)?.({ code, reason });
  }
}

const EVENTS: SocketHandler<LeanSocket> = {
  open: (connection) => connection.data.connected(connection),
  data: ({ data: socket }, bytes) => socket.came(bytes),
  drain: ({ data: socket }) => socket.drained(),
  timeout: (connection) => connection.terminate(),
  close: ({ data: socket }) => socket.lost(),
  error: ({ data: socket }, error) => socket.lost(messageOf(error)),
};

function goodbye(code: number, reason: string): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return payload;
}
