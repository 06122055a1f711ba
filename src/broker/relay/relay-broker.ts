import type { ChatMessage, Position } from "../../protocol/message.ts";
import type { Broker, HistoryPage, LogGap, Publication, Published, Subscription } from "../broker.ts";
import { Outgoing } from "./outgoing.ts";
import type { RelayReply, RelayRequest } from "./relay-frames.ts";
import { RelayedRoom } from "./relayed-room.ts";

interface Call {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

/**
 * A log that another process holds (`RelayHost`), reached over an ordered channel. What is asked within one turn of
 * the event loop travels together.
 */
export class RelayBroker implements Broker {
  problem: string | null = null;
  private readonly outgoing: Outgoing<RelayRequest>;
  private readonly calls = new Map<number, Call>();
  private readonly rooms = new Map<string, RelayedRoom>();
  private readonly subscriptions = new Map<number, RelayedRoom>();
  private lastCall = 0;
  private lost: Error | null = null;

  /** `send` has to keep the order. What comes back is given to `receive`. */
  constructor(send: (batch: RelayRequest[]) => void) {
    this.outgoing = new Outgoing((batch) => {
      if (this.lost === null) send(batch);
    });
  }

  /** What the host sent. */
  receive(batch: readonly RelayReply[]): void {
    for (const reply of batch) this.handle(reply);
  }

  /** The channel is gone, and with it everything that was asked. */
  lose(problem: string): void {
    this.problem = problem;
    this.lost = new Error(problem);
    for (const { reject } of this.calls.values()) reject(this.lost);
    this.calls.clear();
  }

  publish(room: string, publication: Publication): Promise<Published> {
    return this.call((call) => ({ op: "publish", call, room, publication }));
  }

  history(room: string, since: Position | null, limit: number): Promise<HistoryPage> {
    return this.call((call) => ({ op: "history", call, room, since, limit }));
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
    const answer = this.call<Position>((call) => ({ op: "subscribe", call, room: name }));
    const id = this.lastCall;
    const room = new RelayedRoom(id, answer);
    this.rooms.set(name, room);
    this.subscriptions.set(id, room);
    return room;
  }

  private leave(name: string, room: RelayedRoom): void {
    if (!room.isEmpty || this.rooms.get(name) !== room) return;
    this.rooms.delete(name);
    this.subscriptions.delete(room.id);
    this.outgoing.add({ op: "unsubscribe", subscription: room.id });
  }

  private call<Value>(request: (call: number) => RelayRequest): Promise<Value> {
    const call = ++this.lastCall;
    return new Promise<Value>((resolve, reject) => {
      if (this.lost !== null) return reject(this.lost);
      this.calls.set(call, { resolve, reject });
      this.outgoing.add(request(call));
    });
  }

  private handle(reply: RelayReply): void {
    switch (reply.op) {
      case "answer":
        this.take(reply.call)?.resolve(reply.value as never);
        break;
      case "failed":
        this.take(reply.call)?.reject(new Error(reply.error));
        break;
      case "messages":
        this.subscriptions.get(reply.subscription)?.hear(reply.messages);
        break;
      case "gap":
        this.subscriptions.get(reply.subscription)?.miss(reply.gap);
        break;
      case "problem":
        this.problem = reply.problem;
        break;
    }
  }

  private take(call: number): Call | undefined {
    const found = this.calls.get(call);
    this.calls.delete(call);
    return found;
  }
}
