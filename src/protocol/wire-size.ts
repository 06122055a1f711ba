import type { Dialect } from "./dialect.ts";
import { encodeServerFrame } from "./native.ts";

/** Bytes on the wire, WebSocket headers included, those of TCP, IP and TLS not. */
export interface WireSizes {
  /** A message from its sender to the server. */
  message: number;
  /** What its sender is answered; 0 where the dialect answers nothing. */
  ack: number;
  /** The message to each member of the room. */
  delivery: number;
}

/** RFC 6455: a client masks what it sends. */
const MASK_BYTES = 4;
/** Names and numbers as they are in a busy chat. */
const SENDER = "guest-4f2a";
const ROOM = "lobby-1";
const OFFSET = 100_000;
const SENT_AT = "2026-01-01T00:00:00.000Z";

/** The size of a message of `textBytes` ASCII characters in a dialect, as its own encoders make it. */
export function wireSizes(dialect: Dialect, textBytes: number): WireSizes {
  const message = {
    ...{ messageId: OFFSET, text: "x".repeat(textBytes), sender: SENDER, sentAt: SENT_AT },
    ...{ room: ROOM, offset: OFFSET },
  };
  const ack = encodeServerFrame({ type: "ack", message_id: OFFSET, offset: OFFSET });
  return {
    message: framed(dialect.encodeFromClient(message)) + MASK_BYTES,
    ack: dialect.name === "native" ? framed(ack) : 0,
    delivery: framed(dialect.encodeMessage(message)),
  };
}

/** RFC 6455, 5.2: the length stands in 7 bits, in 16 more, or in 64 more. */
function framed(text: string): number {
  const bytes = Buffer.byteLength(text);
  return bytes + (bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10);
}
