import { type Random, seededRandom } from "../lib/random.ts";
import { until } from "./harness.ts";
import type { HistoryEvent } from "./history-event.ts";
import type { Held } from "./soak-held.ts";
import type { SoakOptions } from "./soak-result.ts";
import type { SoakServer } from "./soak-server.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";
import { Witness } from "./witness.ts";

interface Client {
  name: string;
  room: string;
  witness: Witness;
  /** On this client's way to whichever server. */
  proxy: TcpProxy;
}

/** How long everyone may take to come back and to read what was missed. */
const CATCH_UP_MS = 45_000;
/**
 * What a room says while one of its members does not read: 8.6 MB, of which the kernel's buffers hold some 6. Fast,
 * but not so fast that the socket layer cuts the member before the server looks and closes it under its own code.
 */
const LOUD = { turns: 30, messages: 6, size: 48_000, everyMs: 25 };
/** For a client that goes where it likes: `route` says where that is. */
const ANYWHERE = "ws://127.0.0.1:1";

/** The clients of a soak, in their rooms, each behind a proxy of its own. */
export class Crowd {
  readonly history: HistoryEvent[] = [];
  published = 0;
  /** Times that the log was lost, or may have been. */
  losses = 0;
  private readonly clients: Client[] = [];

  constructor(private readonly options: Pick<SoakOptions, "seed" | "rooms" | "clientsPerRoom">) {}

  /** Everyone comes, each to one of the servers at random, each time it comes again. */
  async enter(servers: readonly SoakServer[]): Promise<void> {
    const { seed, rooms, clientsPerRoom } = this.options;
    const ports = servers.map(({ port }) => port);
    for (let number = 0; number < rooms * clientsPerRoom; number++) {
      const random = seededRandom(seed + number);
      const proxy = await startTcpProxy(ports[0]!, random);
      // A server that sends this client away names another one; the way there is through the same proxy.
      const route = (address: string) => {
        const url = new URL(address);
        const named = ports.find((port) => `${port}` === url.port);
        proxy.target = named ?? ports[Math.floor(random() * ports.length)]!;
        url.port = `${proxy.port}`;
        return url.href;
      };
      const [name, room] = [`client ${number}`, `room ${number % rooms}`];
      const witness = new Witness({ url: ANYWHERE, room, name, random, history: this.history, route });
      this.clients.push({ name, room, witness, proxy });
    }
    await until(() => this.witnesses.every(({ isSettled }) => isSettled), "everyone to be in");
  }

  get proxies(): TcpProxy[] {
    return this.clients.map(({ proxy }) => proxy);
  }

  /** Messages that came to clients, each once to each. */
  get deliveries(): number {
    return this.sum(({ received }) => received);
  }

  get reportedGaps(): number {
    return this.sum(({ gaps }) => gaps);
  }

  get redirects(): number {
    return this.sum(({ redirects }) => redirects);
  }

  get refusals(): number {
    return this.sum(({ refusals }) => refusals);
  }

  get complaints(): string[] {
    return this.witnesses.flatMap(({ complaints }) => complaints);
  }

  /** Someone says something. */
  speak(random: Random): void {
    const { witness } = this.clients[Math.floor(random() * this.clients.length)]!;
    this.published++;
    witness.speak(Math.floor(20 + random() * 200));
  }

  /** The other members of a client's room speak at length. */
  async beLoud(client: number, forMs: number): Promise<void> {
    const { room, witness } = this.clients[client]!;
    const others = this.witnessesIn(room).filter((other) => other !== witness);
    const end = performance.now() + forMs;
    for (let turn = 0; performance.now() < end; turn++) {
      for (let count = 0; turn < LOUD.turns && count < LOUD.messages; count++) {
        this.published++;
        others[(turn + count) % others.length]!.speak(LOUD.size);
      }
      await Bun.sleep(LOUD.everyMs);
    }
  }

  /** Carries out what loses the log, or may lose it, and notes it in every room. */
  async loseLog(action: () => Promise<readonly Held[]>): Promise<void> {
    this.losses++;
    this.noteEverywhere("losing");
    const at = performance.now();
    for (const held of await action()) this.history.push({ ...held, at, type: "held" });
    this.noteEverywhere("emptied");
    for (const witness of this.witnesses) witness.forget();
  }

  /**
   * Waits until everyone has read everything that is known to be in its room, and has nothing left to say; then
   * everyone says one thing more, which everyone has to hear. Answers with what did not come about.
   */
  async catchUp(): Promise<string[]> {
    try {
      await until(() => this.isCaughtUp, "everyone to catch up", CATCH_UP_MS);
      const last = new Map(this.clients.map(({ name, witness }) => [name, witness.speak()]));
      this.published += last.size;
      const hasHeard = ({ room, witness }: Client) =>
        this.clients
          .filter((other) => other.room === room)
          .every(({ name }) => witness.heard.get(name) === last.get(name));
      await until(() => this.clients.every(hasHeard), "everyone to hear the last words", CATCH_UP_MS);
      await until(() => this.isCaughtUp, "the last words to be acknowledged", CATCH_UP_MS);
      return [];
    } catch (error) {
      return [(error as Error).message, ...this.stragglers()];
    }
  }

  /** Everyone goes, and takes its proxy along. */
  async leave(): Promise<void> {
    await Promise.all(this.witnesses.map(({ connection }) => connection.close()));
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
  }

  private get isCaughtUp(): boolean {
    return this.clients.every((client) => this.hasRead(client));
  }

  /** In the same epoch as the others of the room, and as far as any of them has seen or been acknowledged. */
  private hasRead({ room, witness }: Client): boolean {
    const { isSettled, epoch, offset } = witness;
    const others = this.witnessesIn(room);
    return (
      isSettled &&
      others.every((other) => other.epoch === epoch && Math.max(other.offset, other.ackedOffset) <= offset)
    );
  }

  private stragglers(): string[] {
    return this.clients
      .filter((client) => !this.hasRead(client))
      .map(({ name, room, witness }) => {
        const { epoch, offset, ackedOffset, connection } = witness;
        const { isOnline, unacked } = connection;
        const line = isOnline ? "online" : "offline";
        return `${name} in ${room}: ${line}, ${epoch}:${offset}, acked ${ackedOffset}, waits for ${unacked}`;
      });
  }

  private witnessesIn(room: string): Witness[] {
    return this.clients.filter((client) => client.room === room).map(({ witness }) => witness);
  }

  private get witnesses(): Witness[] {
    return this.clients.map(({ witness }) => witness);
  }

  private noteEverywhere(type: "losing" | "emptied"): void {
    const at = performance.now();
    for (const room of new Set(this.clients.map((client) => client.room)))
      this.history.push({ room, at, type });
  }

  private sum(figure: (witness: Witness) => number): number {
    return this.witnesses.reduce((total, witness) => total + figure(witness), 0);
  }
}
