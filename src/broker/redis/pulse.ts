import type { Redis } from "ioredis";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import type { RedisLinks } from "./links.ts";

const BEAT_MS = 1000;
/** What is written is gone this long after the last beat. */
const ALIVE_MS = 10_000;
/** A node that has not answered for this long is away, whatever its connection says. */
const SILENT_MS = 6000;

/**
 * Writes a little to every node once a second. A connection whose other end vanished without a word would otherwise be
 * trusted for as long as TCP trusts it, a quarter of an hour; and a node that is full, or a replica by now, answers
 * everything but takes nothing.
 */
export class Pulse {
  private readonly timer: Timer;
  /** What the latest answer took. */
  roundTripMs: number | null = null;
  private answeredAt = new Map<string, number>();
  private readonly refusals = new Map<string, string>();

  /** `key`: what is written at the node that holds a partition. */
  constructor(
    private readonly links: Pick<RedisLinks, "nodes" | "commands">,
    private readonly key: (partition: number) => string,
    private readonly log: Logger,
  ) {
    this.timer = setInterval(() => this.beat(), BEAT_MS);
    this.timer.unref();
  }

  /** What is wrong with any of the nodes, or `null`. */
  get problem(): string | null {
    const now = performance.now();
    if ([...this.answeredAt.values()].some((at) => now - at > SILENT_MS)) return "Redis does not answer";
    const [refusal] = this.refusals.values();
    return refusal === undefined ? null : `Redis takes nothing: ${refusal}`;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    const now = performance.now();
    const nodes = this.links.nodes();
    // Those that left the cluster owe no answer; those that joined it have not been asked yet.
    this.answeredAt = new Map(
      [...nodes.keys()].map((address) => [address, this.answeredAt.get(address) ?? now]),
    );
    for (const address of this.refusals.keys()) if (!nodes.has(address)) this.refusals.delete(address);
    for (const [address, { connection, partition }] of nodes) {
      if (connection?.status !== "ready") continue;
      this.links.commands.set(this.key(partition), "", "PX", ALIVE_MS).then(
        () => {
          this.roundTripMs = performance.now() - now;
          this.answered(address, null);
        },
        (error) => {
          if (isRefusal(error)) this.answered(address, messageOf(error));
          else this.hangUpOnSilence(address, connection);
        },
      );
    }
  }

  private answered(node: string, refusal: string | null): void {
    this.answeredAt.set(node, performance.now());
    const before = this.refusals.get(node);
    if (refusal === null) this.refusals.delete(node);
    else this.refusals.set(node, refusal);
    // Once, however long it lasts: Redis' own words say best what is wrong with it.
    if (refusal !== null && before === undefined) this.log.warn("redis_refuses", { node, error: refusal });
    if (refusal === null && before !== undefined) this.log.info("redis_takes_again", { node });
  }

  private hangUpOnSilence(address: string, node: Redis): void {
    if (performance.now() - (this.answeredAt.get(address) ?? 0) <= SILENT_MS || node.status !== "ready")
      return;
    this.log.warn("redis_silent", { node: address });
    node.disconnect(true);
  }
}

/** Whether Redis has answered, and said no. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}
