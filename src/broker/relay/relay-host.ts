import { messageOf } from "../../lib/errors.ts";
import type { Broker, Subscription } from "../broker.ts";
import { Outgoing } from "./outgoing.ts";
import type { RelayReply, RelayRequest } from "./relay-frames.ts";

/** A relay that hears nothing for a few of these takes its host for hung. */
const HEARTBEAT_MS = 1000;

/** What went through the hosts of one log: messages, not frames. Totals. */
export class RelayTraffic {
  /** Publications that relays asked for. */
  incoming = 0;
  /** Messages told to relays, once to each that subscribed to their room. */
  outgoing = 0;
}

/** The side of a relay that holds the log: does for one process what that asks for, and tells it what it subscribed to. */
export class RelayHost {
  private readonly outgoing: Outgoing<RelayReply>;
  /** `null` until the broker has answered. */
  private readonly subscriptions = new Map<number, Subscription | null>();
  private readonly timer: Timer;

  /** `send` has to keep the order. */
  constructor(
    private readonly broker: Broker,
    send: (batch: RelayReply[]) => void,
    private readonly traffic = new RelayTraffic(),
  ) {
    this.outgoing = new Outgoing(send);
    this.timer = setInterval(() => this.tellProblem(), HEARTBEAT_MS);
    this.timer.unref();
  }

  /** What the relay sent. In its order up to the broker, so that the order of one sender's messages is kept. */
  receive(batch: readonly RelayRequest[]): void {
    for (const request of batch) this.handle(request);
  }

  /** The other side is gone: ends all its subscriptions. */
  close(): void {
    clearInterval(this.timer);
    for (const subscription of this.subscriptions.values()) subscription?.unsubscribe();
    this.subscriptions.clear();
  }

  private handle(request: RelayRequest): void {
    switch (request.op) {
      case "publish":
        this.traffic.incoming++;
        this.answer(request.call, this.broker.publish(request.room, request.publication));
        break;
      case "history":
        this.answer(request.call, this.broker.history(request.room, request.since, request.limit));
        break;
      case "subscribe":
        this.answer(request.call, this.subscribe(request.call, request.room));
        break;
      case "unsubscribe":
        this.subscriptions.get(request.subscription)?.unsubscribe();
        this.subscriptions.delete(request.subscription);
        break;
    }
  }

  private answer(call: number, result: Promise<unknown>): void {
    result.then(
      (value) => this.outgoing.add({ op: "answer", call, value }),
      (error) => this.outgoing.add({ op: "failed", call, error: messageOf(error) }),
    );
  }

  private async subscribe(id: number, room: string) {
    this.subscriptions.set(id, null);
    try {
      const subscription = await this.broker.subscribe(
        room,
        (messages) => {
          this.traffic.outgoing += messages.length;
          this.outgoing.add({ op: "messages", subscription: id, messages });
        },
        (gap) => this.outgoing.add({ op: "gap", subscription: id, gap }),
      );
      // The other side may have lost interest, or its life, meanwhile.
      if (this.subscriptions.has(id)) this.subscriptions.set(id, subscription);
      else subscription.unsubscribe();
      return subscription.position;
    } catch (error) {
      this.subscriptions.delete(id);
      throw error;
    }
  }

  private tellProblem(): void {
    this.outgoing.add({ op: "problem", problem: this.broker.problem });
  }
}
