import { Arrivals } from "../../src/fleet/policy/arrivals.ts";
import { decide } from "../../src/fleet/policy/decide.ts";
import { type FleetLoad, measureFleet, newcomerWrites } from "../../src/fleet/policy/fleet-load.ts";
import type { Decision } from "../../src/fleet/policy/fleet-state.ts";
import { NO_HISTORY, observe, type PolicyHistory } from "../../src/fleet/policy/history.ts";
import type { PolicyOptions } from "../../src/fleet/policy/options.ts";
import { provision } from "../../src/fleet/policy/provision.ts";
import type { Situation } from "../../src/fleet/policy/situation.ts";
import { spawn } from "../../src/fleet/policy/spawn.ts";
import type { Random } from "../../src/lib/random.ts";
import type { SimRoom, SimServer, World } from "./world.ts";

/** How a fleet is run. `plain` scatters whom it moves; ours names a target for each move. */
export interface Rules {
  readonly name: string;
  /** Newcomers of a room that may be placed by one call. */
  readonly group: number;
  /** The next second's figures are there. */
  look(now: number, seconds: number): void;
  /** `null` when no server takes clients. */
  place(room: SimRoom, clients: number, random: Random): SimServer | null;
  decide(starting: number, now: number): Decision[];
}

/** The rules of `balance`. */
export class Ours implements Rules {
  readonly name: string = "scale-chat";
  readonly group: number = 20;
  protected readonly arrivals = new Arrivals();
  protected load: FleetLoad;
  protected history: PolicyHistory = NO_HISTORY;

  constructor(
    protected readonly world: World,
    protected readonly options: PolicyOptions,
  ) {
    this.load = measureFleet(world.servers, options, 0, world);
  }

  look(now: number, seconds: number): void {
    for (let second = 0; second < seconds; second++) this.arrivals.turn();
    this.load = measureFleet(this.world.servers, this.options, now, this.world);
  }

  place(room: SimRoom, clients: number, random: Random): SimServer | null {
    return this.count(provision(room.name, this.load, this.arrivals, random)?.id, room, clients);
  }

  decide(starting: number, now: number): Decision[] {
    const verdict = decide(this.situation(starting, now));
    this.history = verdict.history;
    return verdict.decisions;
  }

  protected situation(starting: number, now: number): Situation {
    const { world, history, options } = this;
    return { fleet: world.servers, starting, history, options, now, rooms: world };
  }

  protected count(id: string | undefined, room: SimRoom, clients: number): SimServer | null {
    const server = id === undefined ? undefined : this.world.server(id);
    if (server === undefined) return null;
    this.arrivals.add(server.id, newcomerWrites(this.load, room.name), clients);
    return server;
  }
}

/**
 * The earlier system, as generously as its description allows: rooms do not count when clients are placed (the less
 * loaded of two by chance, with our count of arrivals), it spawns by our rule, sends away 4 % of a server's clients
 * over 115 % or with a late event loop, names no target, and never retires a server.
 */
export class Plain extends Ours {
  override readonly name = "plain";
  override readonly group = 1;

  override place(room: SimRoom, clients: number, random: Random): SimServer | null {
    return this.count(provision(null, this.load, this.arrivals, random)?.id, room, clients);
  }

  override decide(starting: number, now: number): Decision[] {
    this.history = observe(this.history, this.world.servers, this.options, now);
    const grow = spawn({ ...this.situation(starting, now), load: this.load });
    const shed = this.load.ready
      .filter(({ writes, lagging }) => lagging || writes > this.options.shedAbove * this.options.spawnAt)
      .filter(({ server: { id } }) => (this.shedAt.get(id) ?? 0) <= now - this.options.shedRestMs)
      .map(({ server: { id } }): Decision => {
        this.shedAt.set(id, now);
        return { type: "redistribute", server: id, moves: [], reason: "", figures: {} };
      });
    if (grow === null) return shed;
    this.history = { ...this.history, decisions: [...this.history.decisions, { at: now, decision: grow }] };
    return [grow, ...shed];
  }

  private readonly shedAt = new Map<string, number>();
}
