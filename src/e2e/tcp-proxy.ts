import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Random } from "../lib/random.ts";

/** A TCP proxy in front of a port of 127.0.0.1, which breaks connections as networks do. For tests. */
export interface TcpProxy {
  readonly port: number;
  /** Where new connections are led. */
  target: number;
  /** Connections that were cut so far. */
  readonly cuts: number;
  /** How likely it is that a piece of data is forwarded in part, or not at all, and the connection cut. */
  cutChance: number;
  /**
   * What vanishes, while both sides believe in the connection: a stream with a hole is none, so a spell of this has
   * to end with `cut`.
   */
  swallows: "nothing" | "answers" | "everything";
  /** How much longer each piece of data is on its way, both ways, milliseconds. */
  delayMs: number;
  /** While true nothing is read from the server, as by a client that hangs. */
  stalled: boolean;
  /** Cuts every connection; new ones are let through. */
  cut(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: number, random: Random): Promise<TcpProxy> {
  const proxy = new BreakingProxy(target, random);
  await proxy.listen();
  return proxy;
}

class BreakingProxy implements TcpProxy {
  cuts = 0;
  cutChance = 0;
  swallows: TcpProxy["swallows"] = "nothing";
  delayMs = 0;
  private isStalled = false;
  /** Each connection by its server's side. */
  private readonly open = new Map<Socket, () => void>();
  private readonly server = createServer((client) => this.accept(client));

  constructor(
    public target: number,
    private readonly random: Random,
  ) {}

  listen(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get stalled(): boolean {
    return this.isStalled;
  }

  set stalled(stalled: boolean) {
    this.isStalled = stalled;
    for (const upstream of this.open.keys()) {
      if (stalled) upstream.pause();
      else upstream.resume();
    }
  }

  cut(): void {
    this.cuts += this.open.size;
    for (const end of [...this.open.values()]) end();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const end of [...this.open.values()]) end();
    await closed;
  }

  private accept(client: Socket): void {
    const upstream = connect(this.target, "127.0.0.1");
    const end = () => {
      this.open.delete(upstream);
      client.destroy();
      upstream.destroy();
    };
    this.open.set(upstream, end);
    this.forward(client, upstream, end);
    this.forward(upstream, client, end);
    if (this.isStalled) upstream.pause();
  }

  private forward(from: Socket, to: Socket, end: () => void): void {
    const isAnswer = this.open.has(from);
    const later = inOrder();
    from.on("error", end);
    // What is still on its way arrives before the end.
    from.on("close", () => later(this.delayMs, end));
    from.on("data", (bytes: Buffer) => {
      if (this.swallows === "everything" || (this.swallows === "answers" && isAnswer)) return;
      if (this.random() >= this.cutChance) {
        later(this.delayMs, () => to.write(bytes));
        return;
      }
      this.cuts++;
      const part = bytes.subarray(0, Math.floor(this.random() * bytes.length));
      later(this.delayMs, () => to.write(part, end));
    });
  }
}

/** Does each thing after its delay, in order also where a later one has the shorter delay. */
function inOrder(): (delayMs: number, action: () => void) => void {
  const waiting: Array<() => void> = [];
  return (delayMs, action) => {
    if (delayMs === 0 && waiting.length === 0) {
      action();
      return;
    }
    waiting.push(action);
    setTimeout(() => waiting.shift()!(), delayMs);
  };
}
