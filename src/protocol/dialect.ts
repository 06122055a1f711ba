import type { ErrorCode, MessageFrame, ServerFrame } from "./frames.ts";
import type { ChatMessage, MessageId } from "./message.ts";

export const DIALECT_NAMES = ["native", "plain", "register"] as const;
export type DialectName = (typeof DIALECT_NAMES)[number];

/**
 * One way of speaking on the wire, both ends of it: the server decodes what clients send and encodes messages;
 * the client and the load tester do the opposite. All of them are pure; none of them throws.
 */
export interface Dialect {
  readonly name: DialectName;

  /** Server: understands a text frame of a client. */
  decodeFromClient(frame: string): ClientFrame;
  /** Server: the frame for a message; run once per message, not once per client. */
  encodeMessage(message: ChatMessage): string;
  /** Server: the frames for messages that are sent together, in order; as few as the dialect can do with. */
  encodeMessages(messages: readonly ChatMessage[]): string[];

  /** Client: the frame that sends a message. */
  encodeFromClient(message: OutgoingMessage): string;
  /** Client: understands a text frame of a server; what is not understood is left out. */
  decodeFromServer(frame: string): ServerEvent[];
}

/** What a client sent, as the server sees it. `null` where the dialect did not say. */
export type ClientFrame =
  | MessageRequest
  | { type: "who" }
  | { type: "ping" }
  | { type: "register"; room: string }
  | InvalidFrame;

export interface MessageRequest {
  type: "message";
  text: string;
  messageId: MessageId | null;
  sender: string | null;
  sentAt: string | null;
}

export interface InvalidFrame {
  type: "invalid";
  code: ErrorCode;
  problem: string;
  messageId: MessageId | null;
}

/** A message as its sender has it. */
export interface OutgoingMessage {
  messageId: MessageId;
  text: string;
  sender: string;
  sentAt: string;
  room: string;
}

/** What a server sent. The smaller dialects only know messages, of which they may know little. */
export type ServerEvent = Exclude<ServerFrame, MessageFrame> | ReceivedMessage | { type: "connected" };

export interface ReceivedMessage {
  type: "message";
  text: string;
  offset: number | null;
  messageId: MessageId | null;
  sender: string | null;
  sentAt: string | null;
  room: string | null;
}
