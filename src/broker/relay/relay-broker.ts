import type { ChatMessage, Position } from "../../protocol/message.ts";
import type { Broker, HistoryPage, LogGap, Publication, Published, Subscription } from "../broker.ts";
import { BatchCount, type BrokerFigures } from "../figures.ts";
import { sizeOf } from "../waiting-limit.ts";
import { Calls } from "./calls.ts";
import { Outgoing } from "./outgoing.ts";
import type { RelayReply, RelayRequest } from "./relay-frames.ts";
import { RelayedRoom } from "./relayed-room.ts";

const BEAT_MS = 500;
/** A call that has no answer after 3 s fails: whoever waits for it is told, as with a Redis that hangs. */
const ANSWER_BEATS = 3000 / BEAT_MS;
/** The host speaks every second: after 5 s of nothing it hangs, even if nothing was asked. */
const SILENT_BEATS = 5000 / BEAT_MS;
/** What a question takes while it waits; only messages are larger. */
const QUESTION_BYTES = 256;
/**
 * A log that another process holds (`RelayHost`), reached over an ordered channel. What is asked within one turn of
 * the event loop travels together. A host that hangs is asked nothing more until it speaks again: what waits in the channel
 * and here has a bound.
 */
export class RelayBroker implements Broker {
  private readonly outgoing: Outgoing<RelayRequest>;
  private readonly asked = new BatchCount();
  private readonly calls = new Calls(ANSWER_BEATS);
  private readonly rooms = new Map<string, RelayedRoom>();
  private readonly subscriptions = new Map<number, RelayedRoom>();
  private readonly timer: Timer;
  private hostProblem: string | null = null;
  private silentBeats = 0;
  private hangs = false;
  private lost: Error | null = null;

  /** `send` has to keep the order. What comes back is given to `receive`. */
  constructor(send: (batch: RelayRequest[]) => void) {
    this.outgoing = new Outgoing((batch) => {
      if (this.lost !== null) return;
      this.asked.add(batch.length);
      send(batch);
    });
    this.timer = setInterval(() => this.beat(), BEAT_MS);
    this.timer.unref();
  }

  get problem(): string | null {
    return this.ownProblem?.message ?? this.hostProblem;
  }

  get figures(): BrokerFigures {
    const { batches, batched } = this.asked;
    const links = { balancer: this.ownProblem === null ? 1 : 0 } as const;
    return { kind: "relay", batches, batched, links, roundTripMs: null, corruptReads: 0 };
  }

  /** What the host sent. */
  receive(batch: readonly RelayReply[]): void {
    this.silentBeats = 0;
    this.hangs = false;
    for (const reply of batch) this.handle(reply);
  }

  /** The channel is gone, and with it everything that was asked. */
  lose(problem: string): void {
    clearInterval(this.timer);
    this.lost = new Error(problem);
    this.calls.rejectAll(this.lost);
  }

  /** Looks whether the host still answers; done every half second. */
  beat(): void {
    this.silentBeats++;
    const isLate = this.calls.beat(noAnswer());
    if (isLate || this.silentBeats > SILENT_BEATS) this.hangs = true;
  }

  async publish(room: string, publication: Publication): Promise<Published> {
    const request = (call: number) => ({ op: "publish", call, room, publication }) as const;
    return this.ask<Published>(request, sizeOf(publication)).answer;
  }

  async history(room: string, since: Position | null, limit: number): Promise<HistoryPage> {
    return this.ask<HistoryPage>((call) => ({ op: "history", call, room, since, limit })).answer;
  }

  async subscribe(
    name: string,
    onMessages: (messages: readonly ChatMessage[]) => void,
    onGap: (gap: LogGap) => void = () => {},
  ): Promise<Subscription> {
    const room = this.rooms.get(name) ?? this.open(name);
    try {
      const { position, end } = await room.listen(onMessages, onGap);
      return {
        position,
        unsubscribe: () => {
          end();
          this.leave(name, room);
        },
      };
    } catch (error) {
      this.leave(name, room);
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const subscription of this.subscriptions.keys())
      this.outgoing.add({ op: "unsubscribe", subscription });
    this.outgoing.flush();
    this.rooms.clear();
    this.subscriptions.clear();
    this.lose("the log is closed");
  }

  private open(name: string): RelayedRoom {
    const { call, answer } = this.ask<Position>((call) => ({ op: "subscribe", call, room: name }));
    const room = new RelayedRoom(call, answer);
    this.rooms.set(name, room);
    this.subscriptions.set(call, room);
    // Whoever comes next asks again; and what the host did not answer in time, it may do all the same.
    answer.catch(() => this.forget(name, room));
    return room;
  }

  private leave(name: string, room: RelayedRoom): void {
    if (room.isEmpty) this.forget(name, room);
  }

  private forget(name: string, room: RelayedRoom): void {
    if (this.rooms.get(name) !== room) return;
    this.rooms.delete(name);
    this.subscriptions.delete(room.id);
    this.outgoing.add({ op: "unsubscribe", subscription: room.id });
  }

  /** Why nothing can be asked now. */
  private get ownProblem(): Error | null {
    return this.lost ?? (this.hangs ? noAnswer() : null);
  }

  /** Throws when nothing can be asked now. */
  private ask<Value>(
    request: (call: number) => RelayRequest,
    bytes = QUESTION_BYTES,
  ): { call: number; answer: Promise<Value> } {
    if (this.ownProblem !== null) throw this.ownProblem;
    const asked = this.calls.add<Value>(bytes);
    this.outgoing.add(request(asked.call));
    return asked;
  }

  private handle(reply: RelayReply): void {
    switch (reply.op) {
      case "answer":
        this.calls.resolve(reply.call, reply.value);
        break;
      case "failed":
        this.calls.reject(reply.call, new Error(reply.error));
        break;
      case "messages":
        this.subscriptions.get(reply.subscription)?.hear(reply.messages);
        break;
      case "gap":
        this.subscriptions.get(reply.subscription)?.miss(reply.gap);
        break;
      case "problem":
        this.hostProblem = reply.problem;
        break;
    }
  }
}

function noAnswer(): Error {
  return new Error("the balancer does not answer");
}
