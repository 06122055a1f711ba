import type { Redis } from "ioredis";
import type { Logger } from "../../lib/log.ts";

const BEAT_MS = 1000;
/** A node that has not answered for this long is away, whatever its connection says. */
const SILENT_MS = 6000;

/**
 * Asks every node once a second whether it is there. A connection whose other end vanished without a word would
 * otherwise be trusted for as long as TCP trusts it: a quarter of an hour.
 */
export class Pulse {
  private readonly timer: Timer;
  private answeredAt = new Map<string, number>();

  /** `nodes` are those that have to answer, by address; `undefined` for one to which there is no connection. */
  constructor(
    private readonly nodes: () => ReadonlyMap<string, Redis | undefined>,
    private readonly log: Logger,
  ) {
    this.timer = setInterval(() => this.beat(), BEAT_MS);
    this.timer.unref();
  }

  /** Whether any node has been silent for too long. */
  get isSilent(): boolean {
    const now = performance.now();
    return [...this.answeredAt.values()].some((at) => now - at > SILENT_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    const now = performance.now();
    const nodes = this.nodes();
    // Those that left the cluster owe no answer; those that joined it have not been asked yet.
    this.answeredAt = new Map(
      [...nodes.keys()].map((address) => [address, this.answeredAt.get(address) ?? now]),
    );
    for (const [address, node] of nodes) {
      if (node?.status !== "ready") continue;
      node.ping().then(
        () => this.answeredAt.set(address, performance.now()),
        () => this.hangUpOnSilence(address, node),
      );
    }
  }

  private hangUpOnSilence(address: string, node: Redis): void {
    if (performance.now() - (this.answeredAt.get(address) ?? 0) <= SILENT_MS || node.status !== "ready")
      return;
    this.log.warn("redis_silent", { node: address });
    node.disconnect(true);
  }
}
