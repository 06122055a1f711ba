import type { Broker } from "../broker/broker.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/log.ts";
import type { Random } from "../lib/random.ts";
import { Children } from "./children.ts";
import { FleetCounters } from "./counters.ts";
import { Decider } from "./decider.ts";
import { EventLog } from "./event-log.ts";
import type { KnownServer } from "./known-server.ts";
import type { BalanceOptions } from "./options.ts";
import { together } from "./policy/capacity.ts";
import type { Capacity, Figures, Move } from "./policy/fleet-state.ts";
import { Provisioner } from "./provisioner.ts";
import type { FleetChannel } from "./redis/fleet-channel.ts";
import { RemoteFleet } from "./redis/remote-fleet.ts";
import { Registry } from "./registry.ts";
import { Series } from "./series.ts";
import type { FleetStatus, NewEvent } from "./status.ts";
import { busiestRooms, serverStatuses, total } from "./summary.ts";

const TURN_MS = 1000;
/** With more than this between two turns the whole process was stopped, and what others told it waits to be read. */
const STANDSTILL_MS = 3000;

export interface FleetParts {
  /** Of this balancer, among those that share a Redis. */
  id: string;
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
  readonly counters = new FleetCounters();
  readonly series = new Series();
  readonly provisioner: Provisioner;
  private readonly children: Children;
  private readonly remote: RemoteFleet | null;
  private readonly decider: Decider;
  private readonly turnListeners = new Set<(status: FleetStatus) => void>();
  private timer: Timer | null = null;
  isStopping = false;
  private turnedAt = Number.POSITIVE_INFINITY;
  private provisionsBefore = 0;
  private provisionsPerSecond = 0;

  constructor(
    private readonly options: BalanceOptions,
    private readonly parts: FleetParts,
  ) {
    const { id, clock, random, log, broker, channel } = parts;
    const { registry } = this;
    const onChange = () => this.provisioner.refresh();
    this.events = new EventLog(clock, log);
    const { events } = this;
    events.listen((event) => this.counters.event(event));
    this.provisioner = new Provisioner(registry, options.policy, clock, random);
    const { program } = options;
    const onLeaving = (server: KnownServer) => this.empty(server, "it was told to stop");
    this.children = new Children({
      program,
      log: broker,
      traffic: this.counters.relay,
      registry,
      events,
      clock,
      random,
      onChange,
      onLeaving,
    });
    this.decider = new Decider(this, options.policy);
    this.remote =
      channel &&
      new RemoteFleet({
        id,
        channel,
        registry,
        events,
        clock,
        log,
        onChange,
        onSpawn: (reason, figures) => this.spawn(reason, figures),
        isOwn: (server) => this.hasStarted(server),
        capacity: () => this.capacityHere,
      });
  }

  start(): void {
    this.remote?.start();
    // Others over the same Redis may run servers enough already: then the policy sees to it.
    if (this.remote === null) for (let i = 0; i < this.options.policy.min; i++) this.children.spawn();
    this.timer = setInterval(() => this.turn(), TURN_MS);
  }

  /** Why no clients can be taken, or `null`. */
  get problem(): string | null {
    if (this.isStopping) return "the fleet is stopping";
    const isServed = this.registry.all.some(({ phase }) => phase === "ready");
    return isServed ? (this.parts.channel?.problem ?? null) : "no server takes clients";
  }

  /** Servers that are starting, and how many more could, at all balancers. */
  get capacity(): Capacity {
    return together([this.capacityHere, ...(this.remote === null ? [] : [this.remote.capacityElsewhere])]);
  }

  /** The figures as they are now. It goes through all rooms. */
  status(): FleetStatus {
    const { min, max, spawnAt } = this.options.policy;
    const now = this.parts.clock.now();
    const servers = serverStatuses(this.registry, now);
    return {
      at: Math.round(now),
      decides: this.decides,
      options: { min, max, spawn_at: spawnAt },
      servers,
      connections: total(servers, "connections"),
      rooms: this.registry.rooms.size,
      writes_per_s: total(servers, "writes_per_s"),
      provisions_per_s: this.provisionsPerSecond,
      busiest_rooms: busiestRooms(this.registry),
    };
  }

  /** Whether the server is a child of this balancer, and so on its machine. */
  hasStarted(server: string): boolean {
    return this.children.has(server);
  }

  /** Has the servers that this balancer has started read their certificate again. */
  renewTls(): void {
    this.children.renewTls();
  }

  /** Calls `listener` once a second; call the answer to end it. */
  onTurn(listener: (status: FleetStatus) => void): () => void {
    this.turnListeners.add(listener);
    return () => this.turnListeners.delete(listener);
  }

  /** One more server: one that was to retire, a new one, or one at another balancer. False where none can be. */
  spawn(reason: string, figures: Figures = {}): boolean {
    if (this.isStopping) return false;
    const retiring = this.registry.all.find(({ phase }) => phase === "retiring");
    if (retiring !== undefined) {
      retiring.retire(null, this.parts.clock.now());
      this.provisioner.refresh();
      const why = `${reason}; server ${retiring.id}, which was about to retire, stays`;
      this.tell({ type: "spawn", server: retiring.id, reason: why, figures });
      return true;
    }
    if (this.capacityHere.room < 1) return this.remote?.spawnElsewhere(reason, figures) ?? false;
    this.tell({ type: "spawn", server: this.children.spawn(), reason, figures });
    return true;
  }

  /** Sends a server nobody any more; its clients may leave by themselves for that long before it is emptied. */
  retire(server: KnownServer, patienceMs: number, reason: string, figures: Figures): void {
    this.tell({ type: "retire", server: server.id, reason, figures });
    const now = this.parts.clock.now();
    server.retire(now + patienceMs, now);
    this.provisioner.refresh();
  }

  /** Sends a server's clients elsewhere, each to a named place, and ends it. */
  empty(server: KnownServer, reason: string): void {
    this.tell({ type: "drain", server: server.id, reason, figures: { clients: server.connections } });
    // First, so that it takes no part in the choice of its clients' new places.
    server.drain();
    this.provisioner.refresh();
    server.order({ type: "drain", reason, ...this.provisioner.targets(server) });
  }

  /** Asks some of a server's clients to go on elsewhere. */
  redistribute(server: KnownServer, moves: readonly Move[], reason: string, figures: Figures): void {
    this.tell({ type: "redistribute", server: server.id, reason, figures, moves });
    const named = moves.flatMap(({ room, clients, to }) => {
      const url = this.registry.find(to)?.url;
      return url === undefined ? [] : [{ room, clients, url }];
    });
    server.order({ type: "redistribute", reason, moves: named });
  }

  /** Ends all servers that were started here. */
  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.timer !== null) clearInterval(this.timer);
    // First: another balancer may decide while this one waits for its servers.
    await this.remote?.resign();
    // A little longer than they take themselves.
    await this.children.stop(this.options.drainTimeout + 2000, (server) => this.provisioner.targets(server));
  }

  /** Whether this balancer decides, alone or for all that share the Redis. */
  get decides(): boolean {
    return this.remote?.decides ?? true;
  }

  private get capacityHere(): Capacity {
    const { starting, count } = this.children;
    return { starting, room: this.isStopping ? 0 : Math.max(0, this.options.policy.max - count) };
  }

  /** What was decided here every balancer shall know; what happens to a server each of them sees itself. */
  private tell(event: NewEvent): void {
    this.events.add(event);
    this.remote?.tell(event);
  }

  private suspectSilent(now: number): void {
    for (const { id, heardAt, connections } of this.registry.suspectSilent(now)) {
      this.parts.log.warn("server_silent", {
        server: id,
        silent_ms: Math.round(now - heardAt),
        connections,
      });
    }
  }

  private turn(): void {
    const now = this.parts.clock.now();
    const stoodStill = now - this.turnedAt > STANDSTILL_MS;
    this.turnedAt = now;
    this.children.check(stoodStill);
    if (!stoodStill) this.suspectSilent(now);
    this.provisioner.turn();
    this.provisionsPerSecond = this.provisioner.provisions - this.provisionsBefore;
    this.provisionsBefore = this.provisioner.provisions;
    void this.remote?.turn();
    if (this.decides) this.decider.turn(now);
    else this.decider.rest();
    this.series.add(now, () => serverStatuses(this.registry, now));
    if (this.turnListeners.size === 0) return;
    const status = this.status();
    for (const listener of this.turnListeners) listener(status);
  }
}
