import type { Broker } from "../broker/broker.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/log.ts";
import { type Random, randomId } from "../lib/random.ts";
import { Children } from "./children.ts";
import { Decider } from "./decider.ts";
import { EventLog } from "./event-log.ts";
import { busiestRooms, serverStatuses } from "./fleet-status.ts";
import type { BalanceOptions } from "./options.ts";
import type { Figures, Move } from "./policy/fleet-state.ts";
import { Provisioner } from "./provisioner.ts";
import type { FleetChannel } from "./redis/fleet-channel.ts";
import type { Capacity } from "./redis/frames.ts";
import { RemoteFleet } from "./redis/remote-fleet.ts";
import { type KnownServer, Registry } from "./registry.ts";
import { SERIES_STEP_MS, Series } from "./series.ts";
import type { DecisionEvent, FleetStatus } from "./status.ts";

const TURN_MS = 1000;

export interface FleetParts {
  /** The log for the children; `null` when they share a Redis. */
  broker: Broker | null;
  /** To the others over that Redis; `null` when this balancer is alone. */
  channel: FleetChannel | null;
  clock: Clock;
  random: Random;
  log: Logger;
}

/** The servers, and what can be done with them: started, sent clients, relieved of some, ended. */
export class Fleet {
  readonly registry = new Registry();
  readonly events: EventLog;
  readonly series = new Series();
  readonly provisioner: Provisioner;
  private readonly children: Children;
  private readonly remote: RemoteFleet | null;
  private readonly decider: Decider;
  private readonly turnListeners = new Set<(status: FleetStatus) => void>();
  private readonly timer: Timer;
  private provisionsBefore = 0;
  private provisionsPerSecond = 0;
  private sampledAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: BalanceOptions,
    private readonly parts: FleetParts,
  ) {
    const { clock, random, log, broker } = parts;
    const onChange = () => this.provisioner.refresh();
    this.events = new EventLog(clock, log);
    this.provisioner = new Provisioner(this.registry, options.policy, clock, random);
    this.children = new Children({
      ...{ program: options.program, log: broker, registry: this.registry, events: this.events },
      ...{ clock, random, onChange },
    });
    this.decider = new Decider(this, options.policy);
    this.remote = parts.channel && this.meetOthers(parts.channel, onChange);
    // Others may run servers enough already: then the policy sees to it.
    if (this.remote === null) for (let i = 0; i < options.policy.min; i++) this.children.spawn();
    this.timer = setInterval(() => this.turn(), TURN_MS);
  }

  /** Why no clients can be taken, or `null`. */
  get problem(): string | null {
    return this.registry.all.some(({ phase }) => phase === "ready") ? null : "no server takes clients";
  }

  /** Servers that are starting, and how many more could, at all balancers. */
  get capacity(): Capacity {
    const here = this.capacityHere;
    const elsewhere = this.remote?.capacityElsewhere ?? { starting: 0, room: 0 };
    return { starting: here.starting + elsewhere.starting, room: here.room + elsewhere.room };
  }

  get status(): FleetStatus {
    const { min, max, spawnAt } = this.options.policy;
    const now = this.parts.clock.now();
    const servers = serverStatuses(this.registry, now);
    const sum = (figure: "connections" | "writes_per_s") =>
      servers.reduce((total, server) => total + server[figure], 0);
    return {
      at: Math.round(now),
      decides: this.decides,
      options: { min, max, spawn_at: spawnAt },
      servers,
      connections: sum("connections"),
      rooms: this.registry.rooms.size,
      writes_per_s: sum("writes_per_s"),
      provisions_per_s: this.provisionsPerSecond,
      busiest_rooms: busiestRooms(this.registry),
    };
  }

  /** Calls `listener` once a second; call the answer to end it. */
  onTurn(listener: (status: FleetStatus) => void): () => void {
    this.turnListeners.add(listener);
    return () => this.turnListeners.delete(listener);
  }

  /** One more server: one that was to retire, or a new one, here or where another balancer has room; false when there is none anywhere. */
  spawn(reason: string, figures: Figures = {}): boolean {
    const [retiring] = this.registry.all.filter(({ emptiesAt }) => emptiesAt !== null);
    if (retiring !== undefined) {
      retiring.recall();
      this.provisioner.refresh();
      const why = `${reason}; server ${retiring.id}, which was about to retire, stays`;
      this.tell({ type: "spawn", server: retiring.id, reason: why, figures });
      return true;
    }
    if (this.capacityHere.room < 1) return this.remote?.spawnElsewhere(reason, figures) ?? false;
    this.tell({ type: "spawn", server: this.children.spawn(), reason, figures });
    return true;
  }

  /** Sends a server's clients elsewhere, each to a named place, and ends it. */
  drain(server: KnownServer, reason: string): void {
    this.tell({ type: "drain", server: server.id, reason, figures: { clients: server.connections } });
    server.retreat();
    this.empty(server, reason);
  }

  /** Sends a server nobody any more; its clients have a while to leave by themselves before it is drained. */
  retire(server: KnownServer, reason: string, figures: Figures): void {
    this.tell({ type: "retire", server: server.id, reason, figures });
    server.retreat();
    server.emptiesAt = this.parts.clock.now() + this.options.policy.retirePatienceMs;
    this.provisioner.refresh();
  }

  /** Asks some of a server's clients to go on elsewhere. */
  move(server: KnownServer, moves: readonly Move[], reason: string, figures: Figures): void {
    this.tell({ type: "redistribute", server: server.id, reason, figures, moves });
    const named = moves.flatMap(({ room, clients, to }) => {
      const url = this.registry.find(to)?.url;
      return url === undefined ? [] : [{ room, clients, url }];
    });
    server.order({ type: "move", reason, moves: named });
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    // A little longer than they take themselves.
    const stopping = this.children.stop(this.options.drainTimeout + 2000);
    this.provisioner.refresh();
    await stopping;
    await this.remote?.close();
  }

  /** Whether this balancer decides, alone or for all that share the Redis. */
  private get decides(): boolean {
    return this.remote?.decides ?? true;
  }

  private get capacityHere(): Capacity {
    const { starting, count } = this.children;
    return { starting, room: Math.max(0, this.options.policy.max - count) };
  }

  private meetOthers(channel: FleetChannel, onChange: () => void): RemoteFleet {
    const { random, log } = this.parts;
    return new RemoteFleet({
      ...{ id: randomId(random, 6), channel, registry: this.registry, events: this.events, log, onChange },
      onSpawn: (reason, figures) => this.spawn(reason, figures),
      isOwn: (server) => this.children.has(server),
      capacity: () => this.capacityHere,
    });
  }

  /** What was decided here every balancer shall know; what happens to a server each of them sees itself. */
  private tell(event: Omit<DecisionEvent, "number" | "at">): void {
    this.events.add(event);
    this.remote?.tell(event);
  }

  /** It no longer takes part in the choice of its clients' new places. */
  private empty(server: KnownServer, reason: string): void {
    server.emptiesAt = null;
    this.provisioner.refresh();
    server.order({ type: "drain", reason, ...this.provisioner.targets(server) });
  }

  private turn(): void {
    const now = this.parts.clock.now();
    this.children.check();
    this.provisioner.turn();
    for (const server of this.registry.all) {
      const isDue = server.emptiesAt !== null && (server.connections === 0 || now >= server.emptiesAt);
      if (isDue) this.empty(server, "the fleet needs fewer servers");
    }
    this.provisionsPerSecond = this.provisioner.provisions - this.provisionsBefore;
    this.provisionsBefore = this.provisioner.provisions;
    void this.remote?.turn();
    if (this.decides) this.decider.turn(now);
    else this.decider.rest();
    const { status } = this;
    if (now - this.sampledAt >= SERIES_STEP_MS - TURN_MS / 2) {
      this.sampledAt = now;
      this.series.add(now, status.servers);
    }
    for (const listener of this.turnListeners) listener(status);
  }
}
