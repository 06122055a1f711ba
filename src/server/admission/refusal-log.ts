import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/log.ts";
import type { Refusal, RefusalRule } from "./refusal.ts";

const EVERY_MS = 10_000;

/** What the log says of refused handshakes: of each rule one in ten seconds, with how many there were since the last. */
export class RefusalLog {
  private readonly rules = new Map<RefusalRule, { toldAt: number; untold: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /** One more. `address`, where it came from, is only asked for when it is told. */
  add({ rule, status, problem }: Refusal, address: () => string): void {
    const now = this.clock.now();
    const known = this.rules.get(rule);
    if (known !== undefined && now - known.toldAt < EVERY_MS) {
      known.untold++;
      return;
    }
    this.rules.set(rule, { toldAt: now, untold: 0 });
    this.log.info("handshake_refused", {
      rule,
      status,
      address: address(),
      problem,
      others: known?.untold ?? 0,
    });
  }
}
