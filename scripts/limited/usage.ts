import type { ControlGroup } from "./control-group.ts";

/** Often enough for runs of many seconds. */
const LOOK_EVERY_MS = 250;

/** What a group had used up at a time. */
interface Look {
  /** Milliseconds since the epoch. */
  at: number;
  cpuSeconds: number;
  throttledSeconds: number;
}

/** Follows what a group uses while several load tests run against it. */
export class Usage {
  private readonly looks: Look[] = [];
  private readonly timer: Timer;

  constructor(private readonly group: ControlGroup) {
    this.look();
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** Shares of one core that were used, and of the time in which it was held back, in between. */
  between(fromMs: number, toMs: number): { cpu: number; throttled: number } {
    const first = this.looks.findLast(({ at }) => at <= fromMs) ?? this.looks[0]!;
    const last = this.looks.find(({ at }) => at >= toMs) ?? this.looks.at(-1)!;
    const seconds = (last.at - first.at) / 1000;
    return {
      cpu: (last.cpuSeconds - first.cpuSeconds) / seconds,
      throttled: (last.throttledSeconds - first.throttledSeconds) / seconds,
    };
  }

  end(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { group } = this;
    this.looks.push({
      at: Date.now(),
      cpuSeconds: group.cpuSeconds(),
      throttledSeconds: group.throttledSeconds(),
    });
  }
}
