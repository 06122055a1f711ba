import type { Broker } from "../broker/broker.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/log.ts";
import type { Random } from "../lib/random.ts";
import { Children } from "./children.ts";
import { EventLog } from "./event-log.ts";
import { busiestRooms, serverStatuses } from "./fleet-status.ts";
import type { BalanceOptions } from "./options.ts";
import { decide } from "./policy/decide.ts";
import type { Decision } from "./policy/fleet-state.ts";
import { NO_HISTORY } from "./policy/history.ts";
import { Provisioner } from "./provisioner.ts";
import { type KnownServer, Registry } from "./registry.ts";
import { SERIES_STEP_MS, Series } from "./series.ts";
import type { FleetStatus } from "./status.ts";

const TURN_MS = 1000;

export interface FleetParts {
  /** The log for the children; `null` when they share a Redis. */
  broker: Broker | null;
  clock: Clock;
  random: Random;
  log: Logger;
}

/** The servers and what is done with them: once a second the policy decides, and this carries it out. */
export class Fleet {
  readonly registry = new Registry();
  readonly events: EventLog;
  readonly series = new Series();
  readonly provisioner: Provisioner;
  private readonly children: Children;
  private readonly turnListeners = new Set<(status: FleetStatus) => void>();
  private readonly timer: Timer;
  private history = NO_HISTORY;
  private provisionsBefore = 0;
  private provisionsPerSecond = 0;
  private sampledAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: BalanceOptions,
    private readonly parts: FleetParts,
  ) {
    const { clock, random, log, broker } = parts;
    this.events = new EventLog(clock, log);
    this.provisioner = new Provisioner(this.registry, options.policy, clock, random);
    this.children = new Children({
      ...{
        program: options.program,
        log: broker,
        registry: this.registry,
        events: this.events,
        clock,
        random,
      },
      ...{ host: options.advertiseHost, adminHost: options.adminHost },
      onChange: () => this.provisioner.refresh(),
    });
    for (let i = 0; i < options.policy.min; i++) this.children.spawn();
    this.timer = setInterval(() => this.turn(), TURN_MS);
  }

  /** Why no clients can be taken, or `null`. */
  get problem(): string | null {
    return this.registry.all.some(({ phase }) => phase === "ready") ? null : "no server takes clients";
  }

  get status(): FleetStatus {
    const { min, max, spawnAt } = this.options.policy;
    const now = this.parts.clock.now();
    const servers = serverStatuses(this.registry, now);
    const sum = (figure: "connections" | "writes_per_s") =>
      servers.reduce((total, server) => total + server[figure], 0);
    return {
      at: Math.round(now),
      decides: true,
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

  /** Whether there is room for one more child. */
  get canSpawn(): boolean {
    return this.children.count < this.options.policy.max;
  }

  /** One more server; answers with its id. */
  spawn(reason: string, figures: Decision["figures"] = {}): string {
    const id = this.children.spawn();
    this.events.add({ type: "spawn", server: id, reason, figures });
    return id;
  }

  /** Sends a server's clients elsewhere, each to a named place, and ends it. */
  drain(
    server: KnownServer,
    reason: string,
    type: "drain" | "retire",
    figures: Decision["figures"] = {},
  ): void {
    this.events.add({
      type,
      server: server.id,
      reason,
      figures: { ...figures, clients: server.connections },
    });
    // It no longer takes part in the choice of its clients' new places.
    server.retreat();
    this.provisioner.refresh();
    server.order({ type: "drain", reason, ...this.provisioner.targets(server) });
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    // A little longer than they take themselves.
    await this.children.stop(this.options.drainTimeout + 2000);
  }

  private turn(): void {
    const now = this.parts.clock.now();
    this.children.check();
    this.provisioner.turn();
    this.provisionsPerSecond = this.provisioner.provisions - this.provisionsBefore;
    this.provisionsBefore = this.provisioner.provisions;
    this.decide(now);
    const { status } = this;
    if (now - this.sampledAt >= SERIES_STEP_MS - TURN_MS / 2) {
      this.sampledAt = now;
      this.series.add(now, status.servers);
    }
    for (const listener of this.turnListeners) listener(status);
  }

  private decide(now: number): void {
    const { registry, options, children } = this;
    const verdict = decide(
      registry.all,
      children.starting,
      this.history,
      options.policy,
      now,
      registry.rooms,
    );
    this.history = verdict.history;
    for (const decision of verdict.decisions) this.carryOut(decision);
  }

  private carryOut(decision: Decision): void {
    const { reason, figures } = decision;
    if (decision.type === "spawn") {
      this.spawn(reason, figures);
      return;
    }
    const server = this.registry.find(decision.server);
    if (server === undefined) return;
    if (decision.type === "retire") {
      this.drain(server, reason, "retire", figures);
      return;
    }
    const { moves } = decision;
    this.events.add({ type: "redistribute", server: server.id, reason, figures, moves });
    const named = moves.flatMap(({ room, clients, to }) => {
      const url = this.registry.find(to)?.url;
      return url === undefined ? [] : [{ room, clients, url }];
    });
    server.order({ type: "move", reason, moves: named });
  }
}
