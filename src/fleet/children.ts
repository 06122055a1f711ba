import type { Broker } from "../broker/broker.ts";
import type { RelayTraffic } from "../broker/relay/relay-host.ts";
import type { Clock } from "../lib/clock.ts";
import { messageOf } from "../lib/errors.ts";
import { type Random, randomId } from "../lib/random.ts";
import type { Introduction } from "../protocol/fleet.ts";
import { Child, type ChildListener, type ChildProgram } from "./child.ts";
import type { EventLog } from "./event-log.ts";
import type { KnownServer } from "./known-server.ts";
import { type ChildExit, replace } from "./policy/replace.ts";
import { HUNG_MS, isHung } from "./policy/silence.ts";
import type { Places } from "./provisioner.ts";
import type { Registry } from "./registry.ts";

interface Life {
  child: Child;
  bornAt: number;
  heardAt: number;
  /** Why this balancer has killed it. */
  killedBecause: string | null;
  /** `null` until it listens. */
  server: KnownServer | null;
}

export interface ChildrenParts {
  program: ChildProgram;
  /** `null` when the children share a Redis. */
  log: Broker | null;
  /** What goes through it is counted here. */
  traffic: RelayTraffic;
  registry: Registry;
  events: EventLog;
  clock: Clock;
  random: Random;
  /** A server came, went, or changed its phase. */
  onChange: () => void;
  /** Somebody has told one of them to stop: it asks where its clients go. */
  onLeaving: (server: KnownServer) => void;
}

/** The servers that this balancer has spawned: those that die are replaced, with a pause if they die at once. */
export class Children {
  private readonly lives = new Map<string, Life>();
  /** Replacements that are waiting for their pause to be over. */
  private readonly pauses = new Set<Timer>();
  private infantDeaths = 0;
  private renewedAt = Number.NEGATIVE_INFINITY;
  private isStopping = false;
  private whenEmpty: (() => void) | null = null;

  constructor(private readonly parts: ChildrenParts) {}

  /** Those that run, those that start, and those that are about to. */
  get count(): number {
    return this.lives.size + this.pauses.size;
  }

  /** Those that do not take clients yet. */
  get starting(): number {
    return [...this.lives.values()].filter(({ server }) => server === null).length + this.pauses.size;
  }

  has(id: string): boolean {
    return this.lives.has(id);
  }

  /** Starts one; answers with its id. */
  spawn(): string {
    const { program, log, traffic, random, clock } = this.parts;
    const id = randomId(random, 6);
    const listener: ChildListener = {
      onListening: (introduction) => this.introduce(id, introduction),
      onReport: (report) => {
        const life = this.lives.get(id);
        if (life?.server == null) return;
        life.heardAt = clock.now();
        if (this.parts.registry.report(life.server, report, life.heardAt)) this.parts.onChange();
      },
      onLeaving: () => {
        const server = this.lives.get(id)?.server;
        // When the fleet stops, all are told where to go anyway.
        if (server && !this.isStopping) this.parts.onLeaving(server);
      },
      onExit: (code, signal) => this.onExit(id, code, signal),
    };
    try {
      const child = new Child(id, program, log && { broker: log, traffic }, listener);
      const now = clock.now();
      this.lives.set(id, { child, bornAt: now, heardAt: now, killedBecause: null, server: null });
    } catch (error) {
      // The machine has no process left for it, perhaps.
      const how = `could not be started: ${messageOf(error)}`;
      this.conclude(id, how, { phase: null, code: null, ageMs: 0 }, 0);
    }
    return id;
  }

  /** Ends those that hang; to be called once a second. `stoodStill`: this process did not run since the last time. */
  check(stoodStill: boolean): void {
    const now = this.parts.clock.now();
    for (const life of this.lives.values()) {
      // It was this process that stood still: what they told meanwhile waits to be read.
      if (stoodStill) life.heardAt = now;
      if (!isHung(life.heardAt, now) || life.killedBecause !== null) continue;
      life.killedBecause = `told nothing for ${HUNG_MS / 1000} s and was killed`;
      life.child.kill();
    }
  }

  /**
   * Drains all of them, their clients to the places that `placesFor` names; those that are not done after `timeoutMs`
   * are killed. Resolves when none is left.
   */
  async stop(timeoutMs: number, placesFor: (server: KnownServer) => Places): Promise<void> {
    this.isStopping = true;
    for (const pause of this.pauses) clearTimeout(pause);
    this.pauses.clear();
    const servers = [...this.lives.values()].flatMap(({ server }) => server ?? []);
    // All of them first: none is a place for the clients of another.
    for (const server of servers) server.drain();
    this.parts.onChange();
    for (const server of servers) {
      server.order({ type: "drain", reason: "the fleet is stopping", ...placesFor(server) });
    }
    for (const { child, server } of this.lives.values()) if (server === null) child.kill();
    if (this.lives.size === 0) return;
    const timer = setTimeout(() => this.kill(), timeoutMs);
    await new Promise<void>((resolve) => {
      this.whenEmpty = resolve;
    });
    clearTimeout(timer);
  }

  /** Has all of them read their certificate again. */
  renewTls(): void {
    this.renewedAt = this.parts.clock.now();
    for (const { child } of this.lives.values()) child.renewTls();
  }

  /** Ends all of them at once. */
  kill(): void {
    for (const { child } of this.lives.values()) child.kill();
  }

  private introduce(id: string, introduction: Introduction): void {
    const { registry, events, onChange } = this.parts;
    const life = this.lives.get(id);
    if (life === undefined) return;
    life.server = registry.add(introduction, (order) => life.child.order(order));
    // Started before that, it may have read what there was then.
    if (life.bornAt <= this.renewedAt) life.child.renewTls();
    events.joined(introduction);
    onChange();
  }

  private onExit(id: string, code: number | null, signal: string | null): void {
    const { registry, clock, onChange } = this.parts;
    const life = this.lives.get(id)!;
    const { server, bornAt } = life;
    const phase = server?.phase ?? null;
    this.lives.delete(id);
    registry.remove(id);
    onChange();
    const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
    const exit: ChildExit = { phase, code, ageMs: clock.now() - bornAt };
    this.conclude(id, life.killedBecause ?? how, exit, server?.connections ?? 0);
    if (this.lives.size === 0) this.whenEmpty?.();
  }

  /** Tells how a child ended, and replaces it if it has to be. */
  private conclude(id: string, how: string, exit: ChildExit, connections: number): void {
    const { events } = this.parts;
    const replacement = this.isStopping ? null : replace(exit, this.infantDeaths);
    if (replacement === null) {
      events.add({ type: "left", server: id, reason: `server ${id} has ended`, figures: {} });
      return;
    }
    const { pauseMs, infantDeaths } = replacement;
    this.infantDeaths = infantDeaths;
    const what = pauseMs > 0 ? `a new one comes in ${pauseMs / 1000} s` : "a new one comes";
    const figures = { age_ms: Math.round(exit.ageMs), connections };
    events.add({ type: "died", server: id, reason: `server ${id} ${how}; ${what}`, figures });
    this.spawnAfter(pauseMs);
  }

  private spawnAfter(ms: number): void {
    const pause = setTimeout(() => {
      this.pauses.delete(pause);
      this.spawn();
    }, ms);
    this.pauses.add(pause);
  }
}
