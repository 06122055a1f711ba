import type { ReceivedMessage, ServerEvent } from "../protocol/dialect.ts";
import type { GapFrame, WelcomeFrame } from "../protocol/frames.ts";
import type { MessageBatch } from "./decoded-frame.ts";

/**
 * How a client has come into its room: for the first time, after it was away, or through another server without
 * having been away.
 */
export type Entry = "first" | "again" | "moved";

/** What happens to a client in its room, told in the order in which it happens. */
export interface MembershipListener {
  onOnline(welcome: WelcomeFrame, entry: Entry): void;
  /** Not in the room; tries again by itself after `retryMs`. */
  onOffline(reason: string, retryMs: number, code: number): void;
  /** Ended for good: by `close` or because the server does not want this client back. */
  onEnd(reason: string, code: number): void;
  /** Each message of the room once, in order. */
  onMessage(message: ReceivedMessage, offset: number): void;
  /**
   * Several of them in one step, for who has no use for each: without it, `onMessage` is called for every one. What
   * `decode` answers with comes here as it is, so the same frame can be known again when others get it.
   */
  onBatch?(batch: MessageBatch): void;
  /** Something was lost to this client: trimmed from history, or the log was started again. */
  onGap(gap: GapFrame): void;
  /** It was sent to another server, and does not go there; for who wants to know. */
  onStay?(why: string): void;
  /** What else the server says. */
  onEvent(event: ServerEvent): void;
}
