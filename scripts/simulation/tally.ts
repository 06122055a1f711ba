import { loadOf } from "../../src/fleet/policy/fleet-load.ts";
import type { PolicyOptions } from "../../src/fleet/policy/options.ts";
import { CAPACITY, type World } from "./world.ts";

/** Why a client was sent to another server. */
export type Cause = "redistribute" | "retire" | "deploy" | "death";
/** What the fleet goes through: nothing, the first minute of a shock, or servers being replaced. */
export type Weather = "calm" | "shock" | "deploy";

export interface Summary {
  /** Highest load over mean load, by weather; percentiles over the time. */
  spread: Record<Weather, { p50: number; p99: number; max: number; overAim: number }>;
  /** Clients moved a client and hour. */
  moves: Record<Cause, number>;
  /** The most that redistribution and retiring moved in one hour, a client. */
  worstHour: number;
  spawns: number;
  retires: number;
  /** Servers that were retired within 10 minutes of their spawn. */
  flaps: number;
  /** Spawns within 10 minutes of a retirement, or the other way round. */
  turns: number;
  /** Seconds of a client's day on a server that gives late answers. */
  lateSeconds: number;
  /** Servers that a message goes to. */
  copies: number;
  /** Messages a second that a server gets from the broker, at the busiest of the day. */
  received: number;
  /** Mean load of a server as a part of `spawnAt`. */
  used: number;
  mostServers: number;
  serverHours: number;
  /** Clients that were sent to a server that had just died, a client and day. */
  refused: number;
  /** Moves by the deploy of each client that was there. */
  deployMoves: number;
}

const FLAP_S = 600;
/** The highest load over the mean that a fleet should have. */
export const AIM = 1.25;

/** Counts what happens to a fleet. Times in seconds since the start of the day. */
export class Tally {
  private readonly ratios: Record<Weather, number[]> = { calm: [], shock: [], deploy: [] };
  private readonly moved: Record<Cause, number> = { redistribute: 0, retire: 0, deploy: 0, death: 0 };
  private readonly hours: Array<{ moved: number; clientHours: number }> = [];
  private readonly copies = { messages: 0, deliveries: 0, most: 0 };
  private readonly deploying = { clients: 0, seconds: 0 };
  private clientSeconds = 0;
  private lateClientSeconds = 0;
  private serverSeconds = 0;
  private usedSeconds = 0;
  private mostServers = 0;
  private spawns = 0;
  private retires = 0;
  private flaps = 0;
  private turns = 0;
  private lastSpawn = Number.NEGATIVE_INFINITY;
  private lastRetire = Number.NEGATIVE_INFINITY;
  private refusals = 0;

  constructor(private readonly options: PolicyOptions) {}

  /** The fleet as it was for `seconds`. */
  step(world: World, time: number, seconds: number, weather: Weather): void {
    const { spawnAt } = this.options;
    let [highest, sum, ready, clients] = [0, 0, 0, 0];
    for (const server of world.servers) {
      clients += server.connections;
      if (server.writes > CAPACITY * spawnAt) this.lateClientSeconds += server.connections * seconds;
      if (server.phase !== "ready") continue;
      const load = loadOf(server.writes, server.connections, this.options);
      highest = Math.max(highest, load);
      sum += load;
      ready++;
    }
    const mean = sum / Math.max(1, ready);
    this.ratios[weather].push(highest / Math.max(1, mean));
    if (weather === "deploy") {
      this.deploying.clients += clients * seconds;
      this.deploying.seconds += seconds;
    }
    this.clientSeconds += clients * seconds;
    this.hour(time).clientHours += (clients * seconds) / 3600;
    this.serverSeconds += world.servers.length * seconds;
    this.usedSeconds += (sum / spawnAt) * seconds;
    this.mostServers = Math.max(this.mostServers, world.servers.length);
    if (time % 600 < seconds) this.countCopies(world);
  }

  move(cause: Cause, clients: number, time: number): void {
    this.moved[cause] += clients;
    if (cause === "redistribute" || cause === "retire") this.hour(time).moved += clients;
  }

  spawn(time: number): void {
    this.spawns++;
    this.lastSpawn = time;
    if (time - this.lastRetire < FLAP_S) this.turns++;
  }

  retire(time: number, startedAt: number): void {
    this.retires++;
    this.lastRetire = time;
    if (time - this.lastSpawn < FLAP_S) this.turns++;
    if (time - startedAt < FLAP_S) this.flaps++;
  }

  refuse(clients: number): void {
    this.refusals += clients;
  }

  summary(): Summary {
    const clientHours = this.clientSeconds / 3600;
    const perHour = (clients: number): number => clients / clientHours;
    const { redistribute, retire, deploy, death } = this.moved;
    const spread = (weather: Weather) => {
      const sorted = Float64Array.from(this.ratios[weather]).sort();
      const at = (share: number): number =>
        sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
      const over = sorted.filter((ratio) => ratio > AIM).length;
      return {
        p50: at(0.5),
        p99: at(0.99),
        max: sorted.at(-1) ?? 0,
        overAim: over / Math.max(1, sorted.length),
      };
    };
    return {
      spread: { calm: spread("calm"), shock: spread("shock"), deploy: spread("deploy") },
      moves: {
        redistribute: perHour(redistribute),
        retire: perHour(retire),
        deploy: perHour(deploy),
        death: perHour(death),
      },
      worstHour: Math.max(...this.hours.map((hour) => hour.moved / Math.max(1, hour.clientHours))),
      spawns: this.spawns,
      retires: this.retires,
      flaps: this.flaps,
      turns: this.turns,
      lateSeconds: (this.lateClientSeconds / this.clientSeconds) * 86_400,
      copies: this.copies.deliveries / this.copies.messages,
      received: this.copies.most,
      used: this.usedSeconds / this.serverSeconds,
      mostServers: this.mostServers,
      serverHours: this.serverSeconds / 3600,
      deployMoves: deploy / Math.max(1, this.deploying.clients / this.deploying.seconds),
      refused: (this.refusals / clientHours) * 24,
    };
  }

  private hour(time: number) {
    // The second that ends an hour belongs to it.
    const hour = Math.ceil(time / 3600) - 1;
    this.hours[hour] ??= { moved: 0, clientHours: 0 };
    return this.hours[hour]!;
  }

  private countCopies(world: World): void {
    let deliveries = 0;
    for (const { rate, cells } of world.rooms) {
      this.copies.messages += rate;
      deliveries += rate * cells.length;
    }
    this.copies.deliveries += deliveries;
    this.copies.most = Math.max(this.copies.most, deliveries / world.servers.length);
  }
}
