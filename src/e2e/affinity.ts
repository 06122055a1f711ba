import { openBunSocket } from "../client/bun-socket.ts";
import { Connection } from "../client/connection.ts";
import type { Random } from "../lib/random.ts";
import { range } from "../server/test-client.ts";
import { until } from "./harness.ts";

/** Connecting at the same time: more only wait for each other. */
const AT_ONCE = 60;
const PATIENCE_MS = 60_000;

/** Someone in a room, wherever the fleet has them. */
class Member {
  /** The server through which this client is in its room. */
  server: string | null = null;
  heard = 0;
  losses = 0;
  readonly connection: Connection;

  /** `url`: of a server, `ws://…`, or of a balancer, `http://…`. */
  constructor(
    readonly room: string,
    name: string,
    url: string,
    random: Random,
  ) {
    this.connection = new Connection(
      {
        ...{ url, room, name, session: `session-of-${name}-0123456789` },
        ...{ history: 0, presence: "none", openSocket: openBunSocket, random },
      },
      {
        onOnline: ({ server_id }) => {
          this.server = server_id;
        },
        onMoved: ({ server_id }) => {
          this.server = server_id;
        },
        onOffline: () => this.losses++,
        onEnd() {},
        onMessage: () => this.heard++,
        onAck() {},
        onGap() {},
        onPresence() {},
        onError() {},
      },
    );
    this.connection.connect();
  }
}

/** What a crowd's chat came to. */
export interface Talk {
  messages: number;
  /** Messages times the servers that each was brought to: those on which its room had members. */
  brought: number;
}

/** Many small rooms full of clients, and where the fleet has put them. */
export class Crowd {
  private constructor(private readonly members: readonly Member[]) {}

  /**
   * Fills `rooms` rooms with `size` clients each, who come in random order; `urlFor` says where each of them goes.
   * `perSecond`: how fast they come at most.
   */
  static async gather(
    rooms: number,
    size: number,
    random: Random,
    urlFor: () => string,
    perSecond = Number.POSITIVE_INFINITY,
  ): Promise<Crowd> {
    const places = range(0, rooms * size - 1).map((n) => ({ room: `room ${n % rooms}`, name: `guest-${n}` }));
    const members: Member[] = [];
    const began = performance.now();
    for (const { room, name } of shuffled(places, random)) {
      members.push(new Member(room, name, urlFor(), random));
      if (members.length % AT_ONCE > 0) continue;
      await isIn(members.slice(-AT_ONCE));
      await Bun.sleep(began + (members.length * 1000) / perSecond - performance.now());
    }
    await isIn(members);
    return new Crowd(members);
  }

  get losses(): number {
    return this.members.reduce((sum, { losses }) => sum + losses, 0);
  }

  /** The servers on which each room has members. */
  get places(): Map<string, Set<string>> {
    const places = new Map<string, Set<string>>();
    for (const { room, server } of this.members) {
      places.set(room, (places.get(room) ?? new Set()).add(server!));
    }
    return places;
  }

  /** The part of the rooms that live on one server. */
  get together(): number {
    const places = [...this.places.values()];
    return places.filter(({ size }) => size === 1).length / places.length;
  }

  /** Everyone says `rounds` things, one every `pauseMs`; resolves when everyone has heard everything. */
  async talk(rounds: number, pauseMs: number): Promise<Talk> {
    const text = "x".repeat(100);
    const talk: Talk = { messages: 0, brought: 0 };
    const size = this.members.length / this.places.size;
    const heardBefore = this.members.map(({ heard }) => heard);
    for (let round = 0; round < rounds; round++) {
      const { places } = this;
      // Spread over the pause, as people are: a round at once would be one batch.
      for (const [i, { room, connection }] of this.members.entries()) {
        connection.send(text);
        talk.messages++;
        talk.brought += places.get(room)!.size;
        if (i % AT_ONCE === 0) await Bun.sleep((pauseMs * AT_ONCE) / this.members.length);
      }
    }
    const isHeard = () => this.members.every(({ heard }, i) => heard - heardBefore[i]! === rounds * size);
    await until(isHeard, "everyone to hear everything", PATIENCE_MS);
    return talk;
  }

  async leave(): Promise<void> {
    await Promise.all(this.members.map(({ connection }) => connection.close()));
  }
}

async function isIn(members: readonly Member[]): Promise<void> {
  const isSo = () => members.every(({ connection }) => connection.isOnline);
  await until(isSo, `${members.length} clients to be in`, PATIENCE_MS);
}

/** Fisher and Yates. */
function shuffled<T>(values: readonly T[], random: Random): T[] {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
