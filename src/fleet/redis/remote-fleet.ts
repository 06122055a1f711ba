import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import type { EventLog } from "../event-log.ts";
import type { Capacity } from "../policy/fleet-state.ts";
import type { KnownServer, Registry } from "../registry.ts";
import type { NewEvent } from "../status.ts";
import type { FleetChannel } from "./fleet-channel.ts";
import {
  BALANCER_SILENCE_MS,
  DECIDER_LEASE,
  DECIDER_LEASE_MS,
  EVENTS_TOPIC,
  type EventFrame,
  HELLO_TOPIC,
  type OrderFrame,
  ordersTopic,
  REPORTS_TOPIC,
  type ReportFrame,
  SERVER_LEASE_MS,
  serverLease,
} from "./frames.ts";

interface Remote {
  server: KnownServer;
  sequence: number;
  heardAt: number;
}

export interface RemoteFleetParts {
  /** Of this balancer. */
  id: string;
  channel: FleetChannel;
  registry: Registry;
  events: EventLog;
  clock: Clock;
  log: Logger;
  /** A server came, went, or changed its phase. */
  onChange: () => void;
  /** Another balancer asks for a server here. */
  onSpawn: (reason: string, figures: Record<string, number>) => void;
  /** Whether the server was started here: then it tells of itself more directly. */
  isOwn: (server: string) => boolean;
  capacity: () => Capacity;
}

/** What others over the same Redis add to the fleet: their servers, their room for more, and who of all decides. */
export class RemoteFleet {
  /** Whether this balancer decides for all. */
  decides = false;
  private readonly remotes = new Map<string, Remote>();
  private readonly balancers = new Map<string, Capacity & { heardAt: number }>();

  private isTurning = false;
  private hasResigned = false;

  constructor(private readonly parts: RemoteFleetParts) {}

  start(): void {
    const { id, channel, events, onSpawn } = this.parts;
    channel.listen<ReportFrame>(REPORTS_TOPIC, (frame) => this.hear(frame));
    channel.listen<EventFrame>(EVENTS_TOPIC, ({ from, event }) => {
      if (from !== id) events.add(event);
    });
    channel.listen<OrderFrame>(ordersTopic(id), (order) => {
      if (order.type === "spawn") onSpawn(order.reason, order.figures);
    });
    channel.say(HELLO_TOPIC, {});
  }

  /** What the other balancers start, and could start, together. */
  get capacityElsewhere(): Capacity {
    const all = [...this.balancers.values()];
    return {
      starting: all.reduce((sum, { starting }) => sum + starting, 0),
      room: all.reduce((sum, { room }) => sum + room, 0),
    };
  }

  /** Once a second: holds or seeks the decision, tells of itself, and looks after those who fell silent. */
  async turn(): Promise<void> {
    const { id, capacity, clock } = this.parts;
    this.say({ type: "balancer", id, ...capacity() });
    for (const [other, { heardAt }] of this.balancers) {
      if (clock.now() - heardAt > BALANCER_SILENCE_MS) this.balancers.delete(other);
    }
    // Redis may take its time: an old answer is not to be taken for a newer one.
    if (this.isTurning) return;
    this.isTurning = true;
    await this.seekDecision();
    await Promise.all([...this.remotes.values()].map((remote) => this.check(remote)));
    this.isTurning = false;
  }

  /** Has another balancer start a server; false when none has room. */
  spawnElsewhere(reason: string, figures: Readonly<Record<string, number>>): boolean {
    const [roomiest] = [...this.balancers].sort(([, a], [, b]) => b.room - a.room);
    if (roomiest === undefined || roomiest[1].room < 1) return false;
    roomiest[1].room--;
    roomiest[1].starting++;
    const order: OrderFrame = { type: "spawn", reason, figures };
    this.parts.channel.say(ordersTopic(roomiest[0]), order);
    return true;
  }

  /** Tells the other balancers what was decided or happened here. */
  tell(event: NewEvent): void {
    const frame: EventFrame = { from: this.parts.id, event };
    this.parts.channel.say(EVENTS_TOPIC, frame);
  }

  /** Decides no more, so that the next balancer may at once. */
  async resign(): Promise<void> {
    this.hasResigned = true;
    this.decides = false;
    await this.parts.channel.release(DECIDER_LEASE, this.parts.id).catch(() => {}); // It ends by itself.
  }

  private async seekDecision(): Promise<void> {
    const { id, channel, log } = this.parts;
    try {
      this.elect(await channel.hold(DECIDER_LEASE, id, DECIDER_LEASE_MS));
    } catch (error) {
      // Nobody can hold the lease while Redis is away, so nobody decides.
      if (this.decides) log.warn("decision_lost", { error: messageOf(error) });
      this.elect(false);
    }
  }

  private elect(decides: boolean): void {
    if (this.hasResigned) return;
    if (decides && !this.decides) {
      const reason = `balancer ${this.parts.id} decides from now on`;
      const event = { type: "elected", server: null, reason, figures: {} } as const;
      this.parts.events.add(event);
      this.tell(event);
    }
    this.decides = decides;
  }

  private hear(frame: ReportFrame): void {
    switch (frame.type) {
      case "report":
        this.report(frame);
        break;
      case "gone":
        this.remove(frame.id, `server ${frame.id} has ended`, "left");
        break;
      case "balancer":
        if (frame.id !== this.parts.id) {
          const { starting, room } = frame;
          this.balancers.set(frame.id, { starting, room, heardAt: this.parts.clock.now() });
        }
        break;
    }
  }

  private report({ from, sequence, report }: Extract<ReportFrame, { type: "report" }>): void {
    const { registry, channel, isOwn } = this.parts;
    if (isOwn(from.id)) return;
    let remote = this.remotes.get(from.id);
    if (remote === undefined) {
      const send = (order: OrderFrame) => channel.say(ordersTopic(from.id), order);
      remote = { server: registry.add(from, send), sequence: 0, heardAt: 0 };
      this.remotes.set(from.id, remote);
      this.parts.events.joined(from);
      this.parts.onChange();
    }
    const isNext = sequence === remote.sequence + 1;
    if (!isNext && !report.isWhole) channel.say(ordersTopic(from.id), { type: "report" });
    remote.sequence = sequence;
    remote.heardAt = this.parts.clock.now();
    if (registry.report(remote.server, report, remote.heardAt)) this.parts.onChange();
  }

  /** Not heard is not gone: this balancer may be the deaf one. */
  private async check({ server, heardAt }: Remote): Promise<void> {
    if (this.parts.clock.now() - heardAt < SERVER_LEASE_MS) return;
    // Nobody knows, while Redis is away.
    const isHeld = await this.parts.channel.isHeld(serverLease(server.id)).catch(() => true);
    if (!isHeld) this.remove(server.id, `server ${server.id} is not heard of any more`, "died");
  }

  private remove(id: string, reason: string, type: "left" | "died"): void {
    const remote = this.remotes.get(id);
    if (remote === undefined) return;
    this.remotes.delete(id);
    this.parts.registry.remove(id);
    this.parts.events.add({ type, server: id, reason, figures: { connections: remote.server.connections } });
    this.parts.onChange();
  }

  private say(frame: ReportFrame): void {
    this.parts.channel.say(REPORTS_TOPIC, frame);
  }
}
