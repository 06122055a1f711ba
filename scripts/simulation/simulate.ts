import type { Decision } from "../../src/fleet/policy/fleet-state.ts";
import type { PolicyOptions } from "../../src/fleet/policy/options.ts";
import { type Random, seededRandom } from "../../src/lib/random.ts";
import { CELEBRITY_S, Crowd, drawRooms, expectedMembers } from "./crowd.ts";
import { Operations } from "./operations.ts";
import { messageRate } from "./population.ts";
import type { Rules } from "./rules.ts";
import { planShocks, type Shock } from "./shocks.ts";
import { type Summary, Tally, type Weather } from "./tally.ts";
import { Traffic } from "./traffic.ts";
import { SAMPLES, World } from "./world.ts";

export interface Size {
  /** Servers that the day's peak fills to `PEAK_USE`. */
  servers: number;
  /** Users at the day's peak. */
  users: number;
  hours: number;
  seed: number;
  /** Seconds between two looks at the fleet. */
  step: number;
}

export type MakeRules = (world: World, options: PolicyOptions) => Rules;

const PEAK_USE = 0.7;
/** How full the first servers are at the start of the day. */
const FIRST_USE = 0.55;

/** A day of a fleet; what the crowd does and what goes wrong is the same for all rules with the same seed. */
export class Simulation {
  readonly world: World;
  /** `policy` with a `spawnAt` that fits the crowd, and room for as many servers as it takes. */
  readonly options: PolicyOptions;
  private readonly tally: Tally;
  private readonly random: Random;
  private readonly rules: Rules;
  private readonly traffic: Traffic;
  private readonly crowd: Crowd;
  private readonly operations: Operations;
  private readonly shocks: Shock[];
  private roughUntil = 0;

  constructor(
    private readonly size: Size,
    policy: PolicyOptions,
    makeRules: MakeRules,
  ) {
    const crowdRandom = seededRandom(size.seed);
    this.random = seededRandom(size.seed + 1);
    this.shocks = planShocks(size.servers, size.hours, crowdRandom);
    const celebrities = this.shocks.filter(({ type }) => type === "celebrity").length;
    const rooms = drawRooms(size.users, celebrities, crowdRandom);
    const writes = (members: number[]): number =>
      members.reduce((sum, count) => sum + count * messageRate(count, 0), 0);
    const spawnAt = writes(rooms.map((room) => room.size)) / (PEAK_USE * size.servers);
    // Here talk fills servers, not connections.
    const connectionsAt = Math.max(policy.connectionsAt, (3 * size.users) / size.servers);
    this.options = { ...policy, spawnAt, connectionsAt, max: 3 * size.servers };
    this.world = new World(rooms);
    const first = rooms.map((room) => Math.round(expectedMembers(room, 0)));
    const servers = Math.max(this.options.min, Math.ceil(writes(first) / (FIRST_USE * spawnAt)));
    for (let n = 0; n < servers; n++) this.world.start(-3_600_000);
    this.tally = new Tally(this.options);
    this.rules = makeRules(this.world, this.options);
    this.traffic = new Traffic(this.world, this.rules, this.tally, this.random);
    this.crowd = new Crowd(this.traffic, crowdRandom);
    this.operations = new Operations(this.traffic, this.tally, this.random);
    for (const [n, room] of rooms.entries()) {
      this.world.setRate(room, messageRate(first[n]!, room.talk));
      this.traffic.join(room, first[n]!);
      if (n % Math.ceil(rooms.length / 100) === 0) this.measure();
    }
    this.measure();
  }

  run(onHour: (hour: number) => void = () => {}): Summary {
    const { step, hours } = this.size;
    for (let time = step; time <= hours * 3600; time += step) {
      this.traffic.time = time;
      this.step();
      if (time % 3600 < step) onHour(Math.floor(time / 3600));
    }
    return this.tally.summary();
  }

  private step(): void {
    const { step } = this.size;
    const { time } = this.traffic;
    while (this.shocks[0] !== undefined && this.shocks[0].at <= time) this.strike(this.shocks.shift()!);
    this.crowd.step(step);
    this.operations.step(step);
    this.measure();
    for (const decision of this.rules.decide(this.operations.starting, time * 1000)) this.carryOut(decision);
    this.tally.step(this.world, time, step, this.weather(time));
  }

  private weather(time: number): Weather {
    if (this.operations.isDeploying) return "deploy";
    return time <= this.roughUntil ? "shock" : "calm";
  }

  private strike(shock: Shock): void {
    const { time } = this.traffic;
    if (shock.type === "deploy") {
      this.operations.deploy();
      return;
    }
    let lasts = 60;
    if (shock.type === "celebrity") {
      this.crowd.celebrate();
      // The shock is the minute in which it grows.
      lasts += CELEBRITY_S;
    } else {
      for (let n = 0; n < shock.servers; n++) this.operations.kill();
    }
    this.roughUntil = Math.max(this.roughUntil, time + lasts);
  }

  /** Every server tells its figures of the seconds since the last step. */
  private measure(): void {
    const { step } = this.size;
    const now = this.traffic.time * 1000;
    for (const server of this.world.servers) {
      for (let age = Math.min(step, SAMPLES) - 1; age >= 0; age--) {
        server.measure(now - age * 1000, this.options.spawnAt, this.random);
      }
    }
    this.rules.look(now, step);
  }

  private carryOut(decision: Decision): void {
    const { time } = this.traffic;
    if (decision.type === "spawn") {
      this.operations.start();
      this.tally.spawn(time);
      return;
    }
    const server = this.world.server(decision.server);
    if (server === undefined) return;
    if (decision.type === "retire") {
      this.tally.retire(time, server.startedAt / 1000);
      this.operations.drain(server, "retire", decision.patienceMs / 1000);
    } else if (decision.moves.length === 0) {
      this.traffic.scatter(server.rooms.values(), this.options.shedShare);
    } else {
      for (const { room, clients, to } of decision.moves) {
        this.traffic.moveTo(server.rooms.get(room)!, clients, to);
      }
    }
  }
}
