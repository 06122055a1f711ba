import type { KnownServer } from "./known-server.ts";
import { decide } from "./policy/decide.ts";
import type { Capacity, Decision, Figures, Move } from "./policy/fleet-state.ts";
import { NO_HISTORY } from "./policy/history.ts";
import type { PolicyOptions } from "./policy/options.ts";
import { dueRetirements } from "./policy/retire.ts";
import type { Registry } from "./registry.ts";

/** What can be done with a fleet. */
export interface Steerable {
  registry: Registry;
  capacity: Capacity;
  spawn(reason: string, figures: Figures): boolean;
  retire(server: KnownServer, patienceMs: number, reason: string, figures: Figures): void;
  empty(server: KnownServer, reason: string): void;
  redistribute(server: KnownServer, moves: readonly Move[], reason: string, figures: Figures): void;
}

/** Has the policy decide over a fleet, and carries out what it says. */
export class Decider {
  private history = NO_HISTORY;

  constructor(
    private readonly fleet: Steerable,
    private readonly options: PolicyOptions,
  ) {}

  /** Once a second, while this balancer decides. */
  turn(now: number): void {
    const { registry, capacity } = this.fleet;
    for (const server of dueRetirements(registry.all, now)) {
      this.fleet.empty(server, "the fleet needs fewer servers");
    }
    const started = registry.all.filter(({ kind, phase }) => kind === "child" && phase !== "draining").length;
    const verdict = decide({
      fleet: registry.all,
      starting: capacity.starting,
      history: this.history,
      options: { ...this.options, max: started + capacity.starting + capacity.room },
      now,
      rooms: registry.rooms,
    });
    this.history = verdict.history;
    for (const decision of verdict.decisions) this.carryOut(decision);
  }

  /** Another balancer decides: what this one saw is old when its turn comes again. */
  rest(): void {
    this.history = NO_HISTORY;
  }

  private carryOut(decision: Decision): void {
    const { fleet } = this;
    const { reason, figures } = decision;
    if (decision.type === "spawn") {
      fleet.spawn(reason, figures);
      return;
    }
    const server = fleet.registry.find(decision.server);
    if (server === undefined) return;
    if (decision.type === "retire") fleet.retire(server, decision.patienceMs, reason, figures);
    else fleet.redistribute(server, decision.moves, reason, figures);
  }
}
