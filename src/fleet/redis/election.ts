import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import type { FleetChannel } from "./fleet-channel.ts";
import { DECIDER_LEASE, DECIDER_LEASE_MS } from "./frames.ts";

export interface ElectionParts {
  /** Of this balancer. */
  id: string;
  channel: Pick<FleetChannel, "hold" | "release">;
  clock: Clock;
  log: Logger;
  /** This balancer decides from now on. */
  onElected: () => void;
}

/** Which of the balancers over one Redis decides for all: whoever holds the lease. Nobody does while Redis is away. */
export class Election {
  /** Until when this balancer holds the lease; counted from before it asked. */
  private leaseUntil = Number.NEGATIVE_INFINITY;
  private hasResigned = false;

  constructor(private readonly parts: ElectionParts) {}

  /** Whether this balancer decides. */
  get isElected(): boolean {
    return this.parts.clock.now() < this.leaseUntil;
  }

  /** Prolongs the lease, or takes it when nobody has it; to be called once a second. */
  async seek(): Promise<void> {
    const { id, channel, log, clock, onElected } = this.parts;
    const wasElected = this.isElected;
    const until = clock.now() + DECIDER_LEASE_MS;
    const isMine = await channel.hold(DECIDER_LEASE, id, DECIDER_LEASE_MS).catch((error) => {
      if (wasElected) log.warn("decision_lost", { error: messageOf(error) });
      return false;
    });
    if (this.hasResigned) return;
    this.leaseUntil = isMine ? until : Number.NEGATIVE_INFINITY;
    if (isMine && !wasElected) onElected();
  }

  /** Decides no more, so that the next balancer may at once. */
  async resign(): Promise<void> {
    this.hasResigned = true;
    this.leaseUntil = Number.NEGATIVE_INFINITY;
    await this.parts.channel.release(DECIDER_LEASE, this.parts.id).catch(() => {}); // It ends by itself.
  }
}
