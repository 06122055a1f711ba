import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/log.ts";
import type { EventLog } from "../event-log.ts";
import type { KnownServer } from "../known-server.ts";
import type { Capacity } from "../policy/fleet-state.ts";
import type { Registry } from "../registry.ts";
import type { NewEvent } from "../status.ts";
import { decodeEvent, decodeOrder, decodeReport } from "./decode.ts";
import { Election } from "./election.ts";
import type { FleetChannel } from "./fleet-channel.ts";
import {
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
import { Peers } from "./peers.ts";

/** A server whose connections to Redis were cut has reported again after this long at most. */
const RETURN_MS = 4000;

/** What is used of a channel here. */
export type Channel = Pick<FleetChannel, "problem" | "listen" | "say" | "hold" | "isHeld" | "release">;

interface Remote {
  server: KnownServer;
  sequence: number;
  /** Whether what is known of its rooms is whole: no report was missed since. */
  isComplete: boolean;
}

export interface RemoteFleetParts {
  /** Of this balancer. */
  id: string;
  channel: Channel;
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
  private readonly election: Election;
  private readonly peers: Peers;
  private readonly remotes = new Map<string, Remote>();
  /** Since when it hears the others. */
  private hearingSince = Number.NEGATIVE_INFINITY;
  private isTurning = false;

  constructor(private readonly parts: RemoteFleetParts) {
    this.peers = new Peers(parts.clock);
    this.election = new Election({ ...parts, onElected: () => this.onElected() });
  }

  /** Whether this balancer decides for all. */
  get decides(): boolean {
    return this.election.isElected;
  }

  start(): void {
    const { id, channel, events, onSpawn } = this.parts;
    channel.listen(REPORTS_TOPIC, decodeReport, (frame) => this.hear(frame));
    channel.listen(EVENTS_TOPIC, decodeEvent, ({ from, event }) => {
      if (from !== id) events.add(event);
    });
    channel.listen(ordersTopic(id), decodeOrder, (order) => {
      if (order.type === "spawn") onSpawn(order.reason, order.figures);
    });
    channel.say(HELLO_TOPIC, {});
  }

  /** What the other balancers start, and could start, together. */
  get capacityElsewhere(): Capacity {
    return this.peers.capacity;
  }

  /** Once a second: holds or seeks the decision, tells of itself, and looks after those who fell silent. */
  async turn(): Promise<void> {
    const { id, capacity, clock, channel } = this.parts;
    this.say({ type: "balancer", id, ...capacity() });
    this.peers.forgetSilent();
    if (channel.problem !== null) this.hearingSince = clock.now();
    // Redis may take its time: an old answer is not to be taken for a newer one.
    if (this.isTurning) return;
    this.isTurning = true;
    try {
      await this.election.seek();
      await Promise.all([...this.remotes.values()].map((remote) => this.check(remote)));
    } finally {
      this.isTurning = false;
    }
  }

  /** Has another balancer start a server; false when none has room. */
  spawnElsewhere(reason: string, figures: Readonly<Record<string, number>>): boolean {
    const peer = this.peers.claim();
    if (peer === null) return false;
    const order: OrderFrame = { type: "spawn", reason, figures };
    this.parts.channel.say(ordersTopic(peer), order);
    return true;
  }

  /** Tells the other balancers what was decided or happened here. */
  tell(event: NewEvent): void {
    const frame: EventFrame = { from: this.parts.id, event };
    this.parts.channel.say(EVENTS_TOPIC, frame);
  }

  /** Decides no more, so that the next balancer may at once. */
  resign(): Promise<void> {
    return this.election.resign();
  }

  private onElected(): void {
    const { id, events } = this.parts;
    const reason = `balancer ${id} decides from now on`;
    const event = { type: "elected", server: null, reason, figures: {} } as const;
    events.add(event);
    this.tell(event);
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
        if (frame.id !== this.parts.id) this.peers.hear(frame.id, frame);
        break;
    }
  }

  private report({ from, sequence, report }: Extract<ReportFrame, { type: "report" }>): void {
    const { registry, channel, isOwn } = this.parts;
    if (isOwn(from.id)) return;
    let remote = this.remotes.get(from.id);
    if (remote === undefined) {
      const send = (order: OrderFrame) => channel.say(ordersTopic(from.id), order);
      remote = { server: registry.add(from, send), sequence: 0, isComplete: false };
      this.remotes.set(from.id, remote);
      this.parts.events.joined(from);
      this.parts.onChange();
    }
    if (report.isWhole) remote.isComplete = true;
    else if (sequence !== remote.sequence + 1) remote.isComplete = false;
    // Again and again: what is said while the server does not listen is lost.
    if (!remote.isComplete) channel.say(ordersTopic(from.id), { type: "report" });
    remote.sequence = sequence;
    if (registry.report(remote.server, report, this.parts.clock.now())) this.parts.onChange();
  }

  /** Not heard is not gone: this balancer may be the deaf one, and after an outage nobody has a lease. */
  private async check({ server }: Remote): Promise<void> {
    const isSilent = () =>
      this.parts.clock.now() - Math.max(server.heardAt, this.hearingSince) > SERVER_LEASE_MS + RETURN_MS;
    if (!isSilent()) return;
    // Nobody knows, while Redis is away.
    const isHeld = await this.parts.channel.isHeld(serverLease(server.id)).catch(() => true);
    if (!isHeld && isSilent()) this.remove(server.id, `server ${server.id} is not heard of any more`, "died");
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
