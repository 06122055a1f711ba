import { messageOf } from "../lib/errors.ts";
import type { MessageRequest } from "../protocol/dialect.ts";
import type { ServerFrame } from "../protocol/frames.ts";
import type { MessageId } from "../protocol/message.ts";
import { errorFrame } from "../protocol/native.ts";
import type { SessionContext } from "./context.ts";
import { OrderGuard } from "./order-guard.ts";

/** Who sends: what its messages do not say of themselves. */
export interface SenderIdentity {
  /** The connection's. */
  id: string;
  name: string;
  /** The scope of its message ids; `null` where it gives none, and nothing is recognised as a repeat. */
  session: string | null;
  /** Whether it keeps `session` over reconnects, and sends again under the same ids what was refused. */
  isResending: boolean;
}

/** The sending side of a client: its messages go to the log in its order, and it is told what became of each. */
export class Sender {
  private sequence = 0;
  /** Publishes that the broker has not answered. */
  private pending = 0;
  private whenIdle: (() => void) | null = null;
  /** Since the first message that was not stored. */
  private order: OrderGuard | null = null;

  constructor(
    private readonly identity: SenderIdentity,
    private readonly context: SessionContext,
    private readonly tell: (frame: ServerFrame) => void,
  ) {}

  publish(room: string, request: MessageRequest): void {
    const { context, identity } = this;
    context.counters.messagesIn++;
    const messageId = request.messageId ?? `${identity.id}-${++this.sequence}`;
    if (this.order?.admits(messageId, context.clock.now()) === false) {
      this.refuse(messageId);
      return;
    }
    this.pending++;
    const publication = {
      messageId,
      sender: request.sender ?? identity.name,
      text: request.text,
      sentAt: request.sentAt ?? new Date(context.clock.now()).toISOString(),
      session: identity.session,
    };
    context.broker.publish(room, publication).then(
      ({ offset, duplicate }) => {
        if (duplicate) context.counters.duplicates++;
        this.tell({ type: "ack", message_id: messageId, offset });
        this.answered();
      },
      (error) => {
        // One line a message would drown the log when the broker is away; it tells that itself, once.
        context.log.debug("publish_failed", { room, error: messageOf(error) });
        this.refuse(messageId);
        this.answered();
      },
    );
  }

  /** Resolves when every message that was accepted has been stored or refused. */
  async settled(): Promise<void> {
    if (this.pending === 0) return;
    await new Promise<void>((resolve) => {
      this.whenIdle = resolve;
    });
  }

  private refuse(messageId: MessageId): void {
    const { counters, clock } = this.context;
    counters.error("not_stored");
    if (this.identity.isResending) {
      this.order ??= new OrderGuard();
      this.order.refused(messageId, clock.now());
    }
    this.tell(errorFrame("not_stored", "the message was not stored; send it again", messageId, true));
  }

  private answered(): void {
    this.pending--;
    if (this.pending === 0) this.whenIdle?.();
  }
}
