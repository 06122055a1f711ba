import { messageOf } from "../lib/errors.ts";
import type { MessageRequest } from "../protocol/dialect.ts";
import type { AckFrame, ErrorCode, ServerFrame } from "../protocol/frames.ts";
import type { MessageId } from "../protocol/message.ts";
import { errorFrame } from "../protocol/native.ts";
import type { SessionContext } from "./context.ts";
import { OrderGuard } from "./order-guard.ts";
import type { OwnMessage } from "./own-messages.ts";
import type { Room } from "./room.ts";

const NOT_STORED = "the message was not stored; send it again";

/** Who sends: what its messages do not say of themselves. */
export interface SendingClient {
  /** The connection's. */
  readonly id: string;
  readonly name: string;
  /** Whether a message that names another sender is still its own. */
  readonly isNameFixed: boolean;
  /** The scope of its message ids; `null` where it gives none, and nothing is recognised as a repeat. */
  readonly session: string | null;
  /** Whether it keeps `session` over reconnects, and sends again under the same ids what was refused. */
  readonly isResending: boolean;
  /** Tells it what became of messages, in as few frames as possible. */
  tellAll(frames: readonly ServerFrame[]): void;
}

/** The sending side of a client: its messages go to the log in its order, and it is told what became of each. */
export class Sender {
  private sequence = 0;
  /** Publishes that the broker has not answered. */
  private pending = 0;
  private whenIdle: (() => void) | null = null;
  /** Since the first message that was not stored. */
  private order: OrderGuard | null = null;
  /** Acknowledgements of this turn of the event loop, which leave together; `null` without any. */
  private acks: AckFrame[] | null = null;

  constructor(
    private readonly client: SendingClient,
    private readonly context: SessionContext,
  ) {}

  publish(room: Room, request: MessageRequest): void {
    const { context, client } = this;
    const { counters, clock } = context;
    const receivedAt = clock.now();
    counters.messagesIn++;
    const messageId = request.messageId ?? `${client.id}-${++this.sequence}`;
    if (this.order?.admits(messageId, receivedAt) === false) {
      this.refuse(messageId);
      return;
    }
    this.pending++;
    const publication = {
      messageId,
      sender: (client.isNameFixed ? null : request.sender) ?? client.name,
      text: request.text,
      sentAt: request.sentAt ?? new Date(receivedAt).toISOString(),
      session: client.session,
    };
    const trace = context.trace?.begin(messageId, client.id, receivedAt) ?? null;
    const own: OwnMessage = { publication, connection: client.id, receivedAt, offset: null, trace };
    // Before it is published: a log in memory delivers it within that call.
    room.own.add(own);
    counters.published++;
    context.broker.publish(room.name, publication).then(
      ({ offset, duplicate }) => {
        const storedAt = clock.now();
        counters.publishing.add((storedAt - receivedAt) / 1000);
        trace?.answered(duplicate ? "duplicate" : "stored", offset, storedAt);
        own.offset = offset;
        if (duplicate) {
          counters.duplicates++;
          room.own.drop(own);
        }
        this.acknowledge({ type: "ack", message_id: messageId, offset });
        this.answered();
      },
      (error) => {
        // One line a message would drown the log when the broker is away; it tells that itself, once.
        context.log.debug("publish_failed", { room: room.name, error: messageOf(error) });
        room.own.drop(own);
        trace?.answered("refused", null, clock.now());
        this.refuse(messageId);
        this.answered();
      },
    );
  }

  /** Resolves when every message that was accepted has been stored or refused, and its sender was told. */
  async settled(): Promise<void> {
    if (this.pending > 0) {
      await new Promise<void>((resolve) => {
        this.whenIdle = resolve;
      });
    }
    this.tellAcks();
  }

  /** The message does not go to the log, and may be sent again. */
  refuse(messageId: MessageId, code: ErrorCode = "not_stored", problem = NOT_STORED): void {
    const { counters, clock } = this.context;
    counters.error(code);
    if (this.client.isResending) {
      this.order ??= new OrderGuard();
      this.order.refused(messageId, clock.now());
    }
    // What became of the messages before it is told before.
    this.tellAcks();
    this.client.tellAll([errorFrame(code, problem, messageId, true)]);
  }

  /** Who sends many messages at once has their acknowledgements in one frame. */
  private acknowledge(ack: AckFrame): void {
    if (this.acks === null) {
      this.acks = [];
      setImmediate(() => this.tellAcks());
    }
    this.acks.push(ack);
  }

  private tellAcks(): void {
    const { acks } = this;
    this.acks = null;
    if (acks !== null) this.client.tellAll(acks);
  }

  private answered(): void {
    this.pending--;
    this.context.counters.answered++;
    if (this.pending === 0) this.whenIdle?.();
  }
}
