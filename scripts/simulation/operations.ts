import type { Random } from "../../src/lib/random.ts";
import { VISIT_S } from "./population.ts";
import type { Cause, Tally } from "./tally.ts";
import type { Traffic } from "./traffic.ts";
import type { SimRoom, SimServer } from "./world.ts";

const BOOT_S = 5;
/** A server sends its clients away over this time. */
const DRAIN_S = 60;
/** A retired server stops waiting when so few of its clients are left. */
const FEW = 0.05;
/** Clients of a server that died come back within this time: the jitter of their reconnects. */
const RETURN_S = 15;
/** Part of the fleet that a deploy replaces at a time. */
const WAVE = 0.02;

interface Draining {
  server: SimServer;
  perSecond: number;
  /** Sends nobody away before, in seconds, unless hardly anyone is left. */
  from: number;
  few: number;
  cause: Cause;
}

/** Servers start, drain, are replaced and die. */
export class Operations {
  /** When each of those that start will be ready, seconds. */
  private booting: number[] = [];
  private draining: Draining[] = [];
  private deploying: { old: SimServer[]; wave: number } | null = null;
  private returning: Array<{ due: number; room: SimRoom; clients: number }> = [];

  constructor(
    private readonly traffic: Traffic,
    private readonly tally: Tally,
    private readonly random: Random,
  ) {}

  get starting(): number {
    return this.booting.length;
  }

  get isDeploying(): boolean {
    return this.deploying !== null;
  }

  start(): void {
    this.booting.push(this.traffic.time + BOOT_S);
  }

  drain(server: SimServer, cause: Cause, patienceS = 0): void {
    server.phase = "draining";
    const few = FEW * server.connections;
    const rest = Math.max(few, server.connections * Math.exp(-patienceS / VISIT_S));
    const from = this.traffic.time + patienceS;
    this.draining.push({ server, perSecond: rest / DRAIN_S, from, few, cause });
  }

  /** Replaces every server that there is now. */
  deploy(): void {
    this.deploying = { old: [...this.traffic.world.servers], wave: 0 };
  }

  /** A server is gone at once, and a new one starts in its place. */
  kill(): void {
    const { servers } = this.traffic.world;
    const victim = servers[Math.floor(this.random() * servers.length)]!;
    this.draining = this.draining.filter(({ server }) => server !== victim);
    for (const { room, clients } of this.traffic.world.end(victim)) {
      this.tally.move("death", clients, this.traffic.time);
      for (let left = clients; left > 0; ) {
        const some = Math.min(left, Math.ceil(clients / 4));
        const due = this.traffic.time + this.random() * RETURN_S;
        this.returning.push({ due, room, clients: some });
        left -= some;
      }
    }
    this.start();
  }

  step(seconds: number): void {
    const { time, world } = this.traffic;
    const back = this.returning.filter(({ due }) => due <= time);
    this.returning = this.returning.filter(({ due }) => due > time);
    for (const { room, clients } of back) this.traffic.join(room, clients);

    const ready = this.booting.filter((at) => at <= time).length;
    this.booting = this.booting.filter((at) => at > time);
    for (let n = 0; n < ready; n++) world.start(time * 1000);

    for (const leaving of this.draining) this.sendAway(leaving, seconds);
    this.draining = this.draining.filter(({ server }) => server.rooms.size > 0);
    if (this.deploying !== null) this.deployOn(this.deploying);
  }

  private sendAway({ server, perSecond, from, few, cause }: Draining, seconds: number): void {
    if (this.traffic.time < from && server.connections > few) return;
    let left = Math.max(1, Math.ceil(perSecond * seconds));
    for (const cell of server.rooms.values()) {
      const clients = Math.min(left, cell.members);
      this.traffic.move(cell, clients, cause);
      left -= clients;
      if (left === 0) break;
    }
    if (server.rooms.size === 0) this.traffic.world.end(server);
  }

  /** The successors of a wave start first; when they are ready it drains, and when that is done comes the next. */
  private deployOn(deploying: { old: SimServer[]; wave: number }): void {
    const { world } = this.traffic;
    const { old, wave } = deploying;
    if (this.draining.some(({ cause }) => cause === "deploy")) return;
    if (wave > 0) {
      if (this.starting > 0) return;
      for (const server of old.splice(0, wave)) {
        if (server.phase === "ready" && world.server(server.id) === server) this.drain(server, "deploy");
      }
      deploying.wave = 0;
    } else if (old.length === 0) {
      this.deploying = null;
    } else {
      deploying.wave = Math.min(old.length, Math.max(1, Math.round(world.servers.length * WAVE)));
      for (let n = 0; n < deploying.wave; n++) this.start();
    }
  }
}
