/** Chosen by the sender; unique within its session. */
export type MessageId = number | string;

/** A message on its way in: validated, not yet ordered. */
export interface NewMessage {
  messageId: MessageId;
  sender: string;
  text: string;
  /** RFC 3339. */
  sentAt: string;
}

/** A message with its place in the log of its room. */
export interface ChatMessage extends NewMessage {
  room: string;
  /** 1, 2, 3 … without holes within an epoch. */
  offset: number;
}

/**
 * A place in a room's log: everything up to `offset` has been seen. Offsets only compare within one epoch;
 * a new epoch means that the log was started again.
 */
export interface Position {
  epoch: string;
  offset: number;
}

/** `{epoch}:{offset}`, as in `?since=`. */
export function encodePosition(position: Position): string {
  return `${position.epoch}:${position.offset}`;
}

/** Reads `{epoch}:{offset}`; `null` when it is not one. */
export function decodePosition(text: string): Position | null {
  const match = /^([A-Za-z0-9_-]{1,64}):(\d{1,15})$/.exec(text);
  return match === null ? null : { epoch: match[1]!, offset: Number(match[2]) };
}
