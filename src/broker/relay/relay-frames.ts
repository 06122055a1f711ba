import type { ChatMessage, Position } from "../../protocol/message.ts";
import type { LogGap, Publication } from "../broker.ts";

/** What a relay asks of the host that holds the log. `call` is answered once; a subscription is named by its call. */
export type RelayRequest =
  | { op: "publish"; call: number; room: string; publication: Publication }
  | { op: "history"; call: number; room: string; since: Position | null; limit: number }
  | { op: "subscribe"; call: number; room: string }
  | { op: "unsubscribe"; subscription: number };

/** What the host answers or tells. What was published before an answer is told before it. */
export type RelayReply =
  | { op: "answer"; call: number; value: unknown }
  | { op: "failed"; call: number; error: string }
  | { op: "messages"; subscription: number; messages: readonly ChatMessage[] }
  | { op: "gap"; subscription: number; gap: LogGap }
  /** Every second, so that the relay knows that there is a host. */
  | { op: "problem"; problem: string | null };
