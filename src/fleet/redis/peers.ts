import type { Clock } from "../../lib/clock.ts";
import { roomiest, together } from "../policy/capacity.ts";
import type { Capacity } from "../policy/fleet-state.ts";
import { BALANCER_SILENCE_MS } from "./frames.ts";

/** The other balancers over the same Redis, and what each of them could start. */
export class Peers {
  private readonly balancers = new Map<string, Capacity & { heardAt: number }>();

  constructor(private readonly clock: Clock) {}

  /** What they start, and could start, together. */
  get capacity(): Capacity {
    return together(this.balancers.values());
  }

  /** One of them has told of itself. */
  hear(id: string, { starting, room }: Capacity): void {
    this.balancers.set(id, { starting, room, heardAt: this.clock.now() });
  }

  /** Those that have told nothing for a while are gone. */
  forgetSilent(): void {
    for (const [id, { heardAt }] of this.balancers) {
      if (this.clock.now() - heardAt > BALANCER_SILENCE_MS) this.balancers.delete(id);
    }
  }

  /** The one that is to start a server, which counts at once; `null` when none has room. */
  claim(): string | null {
    const id = roomiest(this.balancers);
    if (id === null) return null;
    const capacity = this.balancers.get(id)!;
    capacity.room--;
    capacity.starting++;
    return id;
  }
}
