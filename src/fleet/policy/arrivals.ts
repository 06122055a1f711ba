/** Clients on their way, and the writes a second that they will cost. */
export interface Arrived {
  clients: number;
  writes: number;
}

/** What of an arrival of this second, the one before … the load, a mean of 3 s, does not show yet. */
const UNSEEN = [1, 2 / 3, 1 / 3];

/**
 * Counts who was sent to which server lately: figures are up to a second old and a mean of three, and a thousand
 * clients may come in between. Without it they would all go where it was empty a moment ago.
 */
export class Arrivals {
  readonly total: Arrived = { clients: 0, writes: 0 };
  private readonly servers = new Map<string, Arrived>();
  /** By second, the running one first. */
  private seconds: Array<Map<string, Arrived>> = [new Map()];

  /** `clients` were sent to the server; each of them will cost it `writes` a second (`newcomerWrites`). */
  add(server: string, writes: number, clients = 1): void {
    for (const sums of [this.seconds[0]!, this.servers]) count(sums, server, clients, clients * writes);
    this.total.clients += clients;
    this.total.writes += clients * writes;
  }

  of(server: string): Readonly<Arrived> | undefined {
    return this.servers.get(server);
  }

  /** A new second of samples is there: to be called with every round of them. */
  turn(): void {
    this.seconds = [new Map(), ...this.seconds.slice(0, UNSEEN.length - 1)];
    this.servers.clear();
    this.total.clients = 0;
    this.total.writes = 0;
    for (const [age, second] of this.seconds.entries()) {
      for (const [server, { clients, writes }] of second) {
        count(this.servers, server, clients * UNSEEN[age]!, writes * UNSEEN[age]!);
        this.total.clients += clients * UNSEEN[age]!;
        this.total.writes += writes * UNSEEN[age]!;
      }
    }
  }
}

function count(sums: Map<string, Arrived>, server: string, clients: number, writes: number): void {
  const sum = sums.get(server);
  if (sum === undefined) {
    sums.set(server, { clients, writes });
  } else {
    sum.clients += clients;
    sum.writes += writes;
  }
}
