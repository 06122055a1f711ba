import type { Position } from "../protocol/message.ts";

/**
 * What clients of some rooms did and saw, in the order in which the observer learned of it. `sender` and `number`
 * name a message: each sender counts its messages of a room 1, 2, 3 … and never uses a number twice. A `client` is
 * one view of a room: a client's own, from its first welcome on, over all its reconnects; or that of one socket, of
 * which a client can have two at a time.
 */
export type HistoryEvent = {
  room: string;
  /** Milliseconds, for whoever looks into it; the order is that of the events. */
  at?: number;
} & (
  | { type: "published"; sender: string; number: number }
  /**
   * `epoch` is the one that the sender was in when it heard of it: an acknowledgement does not say its own, and may
   * come before or after the news of another. `offset`: as it says; `null` when it does not.
   */
  | { type: "acked"; sender: string; number: number; epoch: string; offset: number | null }
  /** In the room for the first time: everything after this place is for this client. */
  | { type: "joined"; client: string; epoch: string; offset: number }
  /**
   * A socket was welcomed, the first event of its view. It asked for what comes after `since`, or for nothing, and is
   * then given what comes after `offset`. What it is not given before its end, the next one is.
   */
  | { type: "opened"; client: string; since: Position | null; epoch: string; offset: number }
  /** In the room again, after a loss of the connection. */
  | { type: "rejoined"; client: string; epoch: string }
  | { type: "seen"; client: string; offset: number; sender: string; number: number }
  /**
   * The client was told that it does not get `from` to `to`. `newEpoch`: nor what was left of the epoch before this
   * one, in which it is or goes on with it.
   */
  | { type: "gap"; client: string; from: number; to: number; newEpoch: string | null }
  /** Between these two, whoever keeps the log loses all of it: what was acknowledged, and what would be a repeat. */
  | { type: "losing" }
  /** In between, where it is known: what the log held when it lost it, whether anyone saw it or not. */
  | { type: "held"; epoch: string; sender: string; number: number }
  | { type: "emptied" }
);

/** What names a message. */
export interface MessageName {
  sender: string;
  number: number;
}

/** What is known of a message. */
export interface Tracked {
  label: string;
  /** Number of the event of the room in which it was published; infinite when nobody heard of that. */
  published: number;
  acked: { at: number; epoch: string; offset: number | null } | null;
  /** The offset under which the first client saw it, by epoch; more than one only when a log was lost. */
  places: Map<string, number>;
  /** The epochs of lost logs that held it. */
  heldIn: Set<string>;
}
