import { formatCount } from "../../lib/format.ts";
import { seededRandom } from "../../lib/random.ts";
import type { DecisionEvent, FleetSeries, FleetStatus, RoomStatus, ServerStatus } from "../status.ts";

export interface FleetSize {
  servers: number;
  rooms: number;
}

const SPAWN_AT = 20_000;
const MiB = 2 ** 20;
/** Names that a page could break on. */
const ODD_ROOMS = [
  "",
  "<img src=x onerror=alert(1)>",
  "a-room-with-a-rather-long-name-".repeat(4),
  "غرفة الأخبار",
  "npp\u202egnp.exe",
];

/** What the servers of a made-up fleet do: the same numbers for the same size, a second at a time. */
export class TestLoad {
  readonly decisions: DecisionEvent[] = [];
  private readonly random = seededRandom(7);
  private readonly servers: Life[] = [];
  private readonly born = Date.now();
  private born_count = 0;
  private seconds = 0;

  constructor(private readonly size: FleetSize) {
    for (let i = 0; i < size.servers; i++) this.join(this.born - (i === 2 ? 280_000 : (900 - i) * 10_000));
    this.decide("elected", null, "the first balancer on this Redis decides", {}, 2_400_000);
    for (let i = 0; i < Math.min(size.servers * 4, 190); i++) this.happen(1800 - i * 9);
  }

  advance(): void {
    this.seconds++;
    for (const server of this.servers) server.energy = this.walk(server.energy);
    if (this.seconds % 4 === 0) this.happen(0);
  }

  spawn(why: string): string {
    const reason = `a server is spawned: ${why}`;
    this.decide("spawn", null, reason, {});
    const id = this.join(Date.now());
    this.decide("joined", id, "it is ready for clients", {});
    return reason;
  }

  /** Whether there is such a server. */
  drain(id: string): boolean {
    const server = this.servers.find((one) => one.id === id);
    if (server === undefined) return false;
    server.phase = "draining";
    this.decide("drain", id, "asked for by an operator", {});
    return true;
  }

  status(): FleetStatus {
    const servers = this.servers.map((server) => this.statusOf(server, 0));
    const sum = (of: (server: ServerStatus) => number) => servers.reduce((all, one) => all + of(one), 0);
    return {
      ...{ at: Date.now(), decides: true, options: { min: 1, max: 250, spawn_at: SPAWN_AT }, servers },
      ...{ connections: sum((one) => one.connections), rooms: this.size.rooms },
      ...{
        writes_per_s: sum((one) => one.writes_per_s),
        provisions_per_s: 3 + this.size.servers * this.random(),
      },
      busiest_rooms: this.busiestRooms(),
    };
  }

  series(): FleetSeries {
    const at: number[] = [];
    for (let ago = 600; ago >= 0; ago -= 5) at.push(Date.now() - ago * 1000);
    const servers: FleetSeries["servers"] = {};
    for (const server of this.servers) {
      const past = at.map((time) =>
        time < server.startedAt ? null : this.statusOf(server, (Date.now() - time) / 1000),
      );
      servers[server.id] = {
        connections: past.map((one) => one?.connections ?? null),
        writes_per_s: past.map((one) => one?.writes_per_s ?? null),
        loop_lag_ms: past.map((one) => one?.loop_lag_ms ?? null),
        memory_rss_bytes: past.map((one) => one?.memory_rss_bytes ?? null),
      };
    }
    return { at, servers };
  }

  private join(startedAt: number): string {
    const n = ++this.born_count;
    const id = `chat-${n}`;
    this.servers.push({
      ...{ id, n, startedAt, phase: "ready" as const },
      energy: 0.2 + 0.65 * this.random() ** 2,
    });
    return id;
  }

  private statusOf(server: Life, secondsAgo: number): ServerStatus {
    const { n, energy, phase, startedAt } = server;
    const time = this.seconds - secondsAgo;
    const grown = Math.min(1, (Date.now() - secondsAgo * 1000 - startedAt) / 120_000);
    const wave =
      1 + 0.18 * Math.sin(time / 70 + n) + 0.05 * Math.sin(time / 9 + 3 * n) + 0.04 * (this.random() - 0.5);
    const connections = Math.round(8000 * energy * grown * (1 + 0.1 * Math.sin(time / 110 + n)));
    const writes = SPAWN_AT * 1.1 * energy * grown * wave;
    const lag = 0.4 + 4 * (writes / SPAWN_AT) ** 3 + (this.random() < 0.02 ? 6 * this.random() : 0);
    return {
      ...{
        id: server.id,
        url: `ws://10.0.${Math.floor(n / 250)}.${n % 250}:${8000 + n}`,
        phase,
        connections,
      },
      ...{ kind: n % 7 === 0 ? ("remote" as const) : ("child" as const), started_at: startedAt },
      ...{ rooms: Math.round(this.size.rooms / this.servers.length), writes_per_s: writes, loop_lag_ms: lag },
      memory_rss_bytes: 60 * MiB + connections * 18_000 + 2 * MiB * Math.sin(time / 40 + n),
    };
  }

  private walk(energy: number): number {
    return Math.min(0.95, Math.max(0.15, energy + 0.012 * (this.random() - 0.5)));
  }

  private busiestRooms(): RoomStatus[] {
    const count = Math.min(50, this.size.rooms);
    return Array.from({ length: count }, (_, rank) => ({
      room: ODD_ROOMS[rank - 2] ?? `match-day-${(rank * 7919) % this.size.rooms}`,
      members: Math.round((4000 / (rank + 1)) * (0.98 + 0.04 * this.random())),
      writes_per_s: (90_000 / (rank + 1)) * (0.95 + 0.1 * this.random()),
      servers: Array.from({ length: rank === 0 ? Math.min(6, this.servers.length) : 1 }, (_, i) =>
        this.serverAt(rank + i),
      ),
    }));
  }

  private serverAt(place: number): string {
    return this.servers[place % this.servers.length]!.id;
  }

  /** Something that a balancer would report. */
  private happen(secondsAgo: number): void {
    const id = this.serverAt(Math.floor(this.random() * this.servers.length));
    const writes = Math.round(SPAWN_AT * (1.16 + 0.2 * this.random()));
    const kind = Math.floor(this.random() * 4);
    const ago = secondsAgo * 1000;
    if (kind === 0) {
      this.decide(
        "spawn",
        null,
        `${id} writes ${formatCount(writes)}/s and no other server is under 16,000/s`,
        { writes_per_s: writes, spawn_at: SPAWN_AT },
        ago,
      );
    } else if (kind === 1) {
      this.decide("joined", id, "it is ready for clients", {}, ago);
    } else {
      const moves = Array.from({ length: 1 + Math.floor(4 * this.random()) }, (_, i) => ({
        room: ODD_ROOMS[(i + writes) % 9] ?? `match-day-${i * 31}`,
        clients: 1 + Math.floor(90 * this.random()),
        to: this.serverAt(i + writes),
      }));
      this.decide(
        "redistribute",
        id,
        `${formatCount(writes)} writes/s over the last 5 s, ${formatCount(SPAWN_AT * 1.15)} are allowed: 4 % of its clients move`,
        { writes_per_s: writes, loop_lag_ms: 3.217 },
        ago,
        moves,
      );
    }
  }

  private decide(
    type: DecisionEvent["type"],
    server: string | null,
    reason: string,
    figures: DecisionEvent["figures"],
    ago = 0,
    moves?: DecisionEvent["moves"],
  ): void {
    const event = { number: this.decisions.length + 1, at: Date.now() - ago, type, server, reason, figures };
    this.decisions.push(moves === undefined ? event : { ...event, moves });
  }
}

interface Life {
  id: string;
  n: number;
  startedAt: number;
  phase: ServerStatus["phase"];
  /** How busy it is, 0 to 1. */
  energy: number;
}
