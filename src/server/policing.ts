import { formatCounted } from "../lib/format.ts";
import { type CloseRule, closeCodes } from "../protocol/close-codes.ts";
import type { DialectName, InvalidFrame } from "../protocol/dialect.ts";
import type { ServerFrame } from "../protocol/frames.ts";
import { invalid } from "../protocol/json.ts";
import type { MessageId } from "../protocol/message.ts";
import { errorFrame, native } from "../protocol/native.ts";
import { Pace } from "./admission/pace.ts";
import { TokenBucket } from "./admission/token-bucket.ts";
import type { SessionContext } from "./context.ts";
import type { Sender } from "./sender.ts";

/** Invalid frames that a connection may send. */
const ERRORS_AT_ONCE = 20;
const ERRORS_PER_SECOND = 1;

/** Whose frames they are. */
export interface PolicedClient {
  /** The connection's. */
  readonly id: string;
  readonly dialect: DialectName;
  /** Its sending side: what is refused of a message is part of that message's fate. */
  speaking(): Sender;
  tell(frame: ServerFrame): void;
  end(rule: CloseRule): void;
}

/** What a client should not have sent, too fast, too long or not understood: it is told of it, and ended at too much. */
export class Policing {
  /** `null`: it may send as much as it likes. */
  private readonly pace: Pace | null;
  /** `null` until its first invalid frame. */
  private errors: TokenBucket | null = null;

  constructor(
    private readonly client: PolicedClient,
    private readonly context: SessionContext,
  ) {
    this.pace = context.pace === null ? null : new Pace(context.pace, context.limits.max_payload);
  }

  /** Whether a frame of so many bytes is within what its client may send; a client that sends too much is told. */
  admits(text: string, bytes: number): boolean {
    const verdict = this.pace?.take(bytes, this.context.clock.now()) ?? "admitted";
    if (verdict === "admitted") return true;
    if (verdict === "refused" && this.client.dialect === "native") this.slowDown(text);
    else this.client.end(closeCodes.rateLimited);
    return false;
  }

  /** A frame came that is longer than the `limit` of bytes. */
  rejectTooLong(text: string, limit: number): void {
    const problem = `a frame may have at most ${limit} bytes`;
    this.reject(invalid("too_large", problem, this.messageIdOf(text)));
  }

  /** A frame came that is not understood. */
  reject({ code, problem, messageId }: InvalidFrame): void {
    const { client } = this;
    const { counters, clock, log } = this.context;
    counters.error(code);
    client.tell(errorFrame(code, problem, messageId));
    this.errors ??= new TokenBucket(ERRORS_PER_SECOND, ERRORS_AT_ONCE);
    if (this.errors.take(1, clock.now())) return;
    log.warn("too_many_errors", { connection: client.id, dialect: client.dialect });
    client.end(closeCodes.tooManyErrors);
  }

  /** A frame came that is too much for now. */
  private slowDown(text: string): void {
    const { messagesPerSecond, bytesPerSecond } = this.context.pace!;
    const limits = [
      ...(messagesPerSecond === 0 ? [] : [formatCounted(messagesPerSecond, "message")]),
      ...(bytesPerSecond === 0 ? [] : [formatCounted(bytesPerSecond, "byte")]),
    ];
    const problem = `slower, please: ${limits.join(" and ")} a second are allowed`;
    const messageId = this.messageIdOf(text);
    if (messageId !== null) this.client.speaking().refuse(messageId, "rate_limited", problem);
    else {
      this.context.counters.error("rate_limited");
      this.client.tell(errorFrame("rate_limited", problem, null, true));
    }
  }

  /** Of a frame that is read for its id alone: a sender that is not told which message it was would send it forever. */
  private messageIdOf(text: string): MessageId | null {
    const frame = this.client.dialect === "native" ? native.decodeFromClient(text) : null;
    return frame !== null && "messageId" in frame ? frame.messageId : null;
  }
}
