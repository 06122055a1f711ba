import type { Socket as Connection, SocketHandler } from "bun";
import { messageOf } from "../lib/errors.ts";
import { BrokenFrame, clientFrame, type FrameTaker, OPCODE, readFrames } from "../lib/websocket/frames.ts";
import { LongText } from "../lib/websocket/long-text.ts";
import { Opening } from "../lib/websocket/opening.ts";
import { openBunSocket } from "./bun-socket.ts";
import type { ClientSocket, OpenSocket, SocketClose } from "./socket.ts";

/** What the standard says where there was no goodbye, and where one had no code. */
const LOST = 1006;
const NO_CODE = 1005;
const BROKEN = 1002;

const HEAD_END = "\r\n\r\n";
/** An answer to the handshake that is longer than this is none. */
const MAX_HEAD_BYTES = 16_384;

/**
 * For those who have thousands of sockets: a WebSocket of 2 KiB, where Bun's own takes 7. Only what chats need: no
 * compression, no binary messages; text that is not UTF-8 is mended and not refused. An encrypted one is Bun's own.
 */
export function leanSockets(texts: TextReader = utf8): OpenSocket {
  return (url, subprotocols) => {
    const address = new URL(url);
    if (address.protocol !== "ws:") return openBunSocket(url, subprotocols);
    return new LeanSocket(address, subprotocols, texts);
  };
}

/** Makes texts of the bytes of messages. */
export interface TextReader {
  /** The text that `bytes` hold from `start` to `end`. */
  read(bytes: Buffer, start: number, end: number): string;
  /** The text of which these are the parts. */
  join(parts: readonly Buffer[]): string;
}

export const utf8: TextReader = {
  read: (bytes, start, end) => bytes.toString("utf8", start, end),
  join: (parts) => Buffer.concat(parts).toString(),
};

type Listener = ((event: never) => void) | null;

/** One object a connection, and the handlers of all of them are the same. */
class LeanSocket implements ClientSocket, FrameTaker {
  onopen: Listener = null;
  onmessage: Listener = null;
  onclose: Listener = null;
  onerror: Listener = null;
  private connection: Connection<LeanSocket> | null = null;
  /** Until the server has agreed. */
  private opening: Opening | null;
  /** Came in, and is not whole yet: the answer to the handshake, or a short frame. */
  private unread: Buffer | null = null;
  /** A long text that is not whole yet. */
  private longText: LongText | null = null;
  /** The parts so far of a message in several frames. */
  private parts: Buffer[] | null = null;
  /** What the network did not take yet. */
  private unsent: Buffer | null = null;
  /** A goodbye was said from this side. */
  private isClosing = false;
  /** The end was told. */
  private isOver = false;

  constructor(
    address: URL,
    subprotocols: readonly string[],
    private readonly texts: TextReader,
  ) {
    this.opening = new Opening(address, subprotocols);
    Bun.connect({
      hostname: address.hostname.replace(/^\[(.*)\]$/, "$1"),
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
    this.connection?.terminate();
    this.over(LOST, "");
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
    let rest = this.longText === null ? bytes : this.readLongText(this.longText, bytes);
    if (this.unread !== null) rest = Buffer.concat([this.unread, rest]);
    this.unread = null;
    if (this.opening !== null) rest = this.readAnswer(this.opening, rest);
    if (this.opening === null) rest = this.readMessages(rest);
    if (rest.length > 0 && !this.isOver) this.keep(rest);
  }

  /** The network took what was waiting. */
  drained(): void {
    const { unsent } = this;
    this.unsent = null;
    if (unsent !== null) this.write(unsent);
  }

  /** The connection is gone, from whichever side. */
  lost(reason = ""): void {
    this.connection = null;
    this.over(LOST, reason);
  }

  take(opcode: number, isFinal: boolean, bytes: Buffer, start: number, end: number): boolean {
    switch (opcode) {
      case OPCODE.text:
        if (isFinal) this.message(this.texts.read(bytes, start, end));
        else this.parts = [Buffer.from(bytes.subarray(start, end))];
        break;
      case OPCODE.continuation:
        // Without a beginning it goes on with a binary message.
        this.parts?.push(Buffer.from(bytes.subarray(start, end)));
        if (isFinal && this.parts !== null) this.message(this.texts.join(this.parts.splice(0)));
        if (isFinal) this.parts = null;
        break;
      case OPCODE.ping:
        this.sendFrame(OPCODE.pong, bytes.subarray(start, end));
        break;
      case OPCODE.close:
        this.sayGoodbye(bytes.subarray(start, end));
        this.finish(
          end - start < 2 ? NO_CODE : bytes.readUInt16BE(start),
          bytes.toString("utf8", start + 2, end),
        );
        break;
    }
    return !this.isOver;
  }

  /** Answers with what follows the answer to the handshake, or with everything while that is not whole. */
  private readAnswer(opening: Opening, bytes: Buffer): Buffer {
    const end = bytes.indexOf(HEAD_END);
    if (end < 0 && bytes.length < MAX_HEAD_BYTES) return bytes;
    const problem = opening.problemOf(bytes.toString("latin1", 0, Math.max(0, end)));
    this.opening = null;
    if (problem !== null) this.finish(LOST, problem);
    else (this.onopen as (() => void) | null)?.();
    return bytes.subarray(end + HEAD_END.length);
  }

  /** Answers with what is not whole yet. */
  private readMessages(bytes: Buffer): Buffer {
    try {
      return this.isOver ? bytes : bytes.subarray(readFrames(bytes, this));
    } catch (error) {
      if (!(error instanceof BrokenFrame)) throw error;
      this.sayGoodbye(goodbye(BROKEN, error.message));
      this.finish(BROKEN, error.message);
      return bytes;
    }
  }

  /** Answers with what follows the text, if anything does. */
  private readLongText(text: LongText, bytes: Buffer): Buffer {
    const rest = text.add(bytes);
    if (text.missing > 0) return rest;
    this.longText = null;
    this.message(this.texts.join(text.parts));
    return rest;
  }

  /** The beginning of a frame: a long one is not copied together each time that more of it comes. */
  private keep(rest: Buffer): void {
    this.longText = this.opening === null ? LongText.beginning(rest) : null;
    // A copy, so that what has been read is let go of.
    if (this.longText === null) this.unread = Buffer.from(rest);
  }

  private message(data: string): void {
    (this.onmessage as ((event: { data: string }) => void) | null)?.({ data });
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
    if (this.unsent !== null) {
      this.unsent = Buffer.concat([this.unsent, bytes]);
      return;
    }
    const taken = Math.max(0, this.connection?.write(bytes) ?? 0);
    if (taken < bytes.length) this.unsent = bytes.subarray(taken);
  }

  /** Nothing more is read or said; what was said leaves. */
  private finish(code: number, reason: string): void {
    this.over(code, reason);
    // It tells of its end before this returns.
    this.connection?.end();
  }

  private over(code: number, reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.opening = null;
    this.unread = null;
    this.longText = null;
    this.parts = null;
    (this.onclose as ((event: SocketClose) => void) | null)?.({ code, reason });
  }
}

const EVENTS: SocketHandler<LeanSocket> = {
  open: (connection) => connection.data.connected(connection),
  data: ({ data: socket }, bytes) => socket.came(bytes),
  drain: ({ data: socket }) => socket.drained(),
  close: ({ data: socket }) => socket.lost(),
  error: ({ data: socket }, error) => socket.lost(messageOf(error)),
};

function goodbye(code: number, reason: string): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return payload;
}
