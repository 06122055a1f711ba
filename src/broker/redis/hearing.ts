import type { Redis } from "ioredis";
import type { Logger } from "../../lib/log.ts";

const PROBE_MS = 1000;
/** A subscription that has not heard its own probe for this long is deaf, whatever its connection says. */
const DEAF_MS = 6000;

/**
 * Finds out whether a subscription hears anything, by having it hear itself once a second; one that does not is
 * connected anew. `probe` publishes on a channel that the owner subscribes to, and calls `heard` for.
 */
export class Hearing {
  private readonly timer: Timer;
  private heardAt = performance.now();

  constructor(
    private readonly subscriber: Redis,
    private readonly probe: () => void,
    private readonly log: Logger,
  ) {
    // A new connection has not had the time to hear anything.
    subscriber.on("ready", () => this.heard());
    this.timer = setInterval(() => this.check(), PROBE_MS);
    this.timer.unref();
  }

  /** Why nothing can be heard, or `null`. */
  get problem(): string | null {
    if (this.subscriber.status !== "ready") return "the subscription to Redis is away";
    return this.isDeaf ? "the subscription to Redis hears nothing" : null;
  }

  heard(): void {
    this.heardAt = performance.now();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private get isDeaf(): boolean {
    return performance.now() - this.heardAt > DEAF_MS;
  }

  private check(): void {
    this.probe();
    if (this.subscriber.status !== "ready" || !this.isDeaf) return;
    this.log.warn("deaf_subscription", {});
    this.heard();
    this.subscriber.disconnect(true);
  }
}
