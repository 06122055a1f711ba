import type { MessageId } from "./message.ts";

/**
 * The frames of the native dialect, field for field as they stand on the wire. The other dialects carry less;
 * their codecs translate to and from these.
 */
export type ServerFrame =
  | WelcomeFrame
  | MessageFrame
  | AckFrame
  | PresenceFrame
  | RedistributeFrame
  | GapFrame
  | PongFrame
  | ErrorFrame;

export interface WelcomeFrame {
  type: "welcome";
  connection_id: string;
  server_id: string;
  room: string;
  /** The name that the server gave or confirmed. */
  name: string;
  epoch: string;
  /** Where the log stands: what follows live has higher offsets. */
  offset: number;
  /** How many messages up to `offset` follow out of history. */
  replay: number;
  /** Resumed without a hole; false on a first join and after a `gap`. */
  recovered: boolean;
  limits: { max_payload: number; history: number };
}

export interface MessageFrame {
  type: "message";
  offset: number;
  message_id: MessageId;
  sender: string;
  text: string;
  sent_at: string;
  room: string;
}

export interface AckFrame {
  type: "ack";
  message_id: MessageId;
  offset: number;
}

export interface PresenceFrame {
  type: "presence";
  members: number;
  /** Sorted; only in small rooms and only for those who asked. */
  names?: string[];
}

export interface RedistributeFrame {
  type: "redistribute";
  reason: string;
  redirect: string;
  within_ms: number;
}

/** History no longer holds `from` to `to`, both included; `epoch` when the log was started again. */
export interface GapFrame {
  type: "gap";
  from: number;
  to: number;
  reason: "trimmed" | "epoch";
  /** The new epoch, when it began while the client was there; its offsets go on after `to`. */
  epoch?: string;
}

/** The answer to a ping, which says nothing but that the server is there. */
export interface PongFrame {
  type: "pong";
}

export const ERROR_CODES = [
  "invalid_json",
  "invalid_frame",
  "invalid_message",
  "binary_frame",
  "too_large",
  "not_stored",
  "rate_limited",
  "too_many_early_frames",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorFrame {
  type: "error";
  code: ErrorCode;
  message: string;
  message_id?: MessageId;
  /** The same message may be sent again. */
  retryable?: boolean;
}
