import type { ChatMessage, Position } from "../../protocol/message.ts";
import type { LogGap } from "../broker.ts";
import { Deliveries } from "../deliveries.ts";

/** One room of a log that another process holds: one subscription there, any number of subscribers here. */
export class RelayedRoom {
  private readonly deliveries = new Deliveries();
  private readonly gapListeners = new Set<(gap: LogGap) => void>();
  /** Everything up to here was delivered; `null` until the host has answered. */
  private at: Position | null = null;
  private early: Array<readonly ChatMessage[] | LogGap> = [];
  private waiting = 0;

  /** `answer` is the host's to the subscription `id`: where the log stood. */
  constructor(
    readonly id: number,
    private readonly answer: Promise<Position>,
  ) {
    answer.then(
      (position) => this.begin(position),
      () => {}, // Those who listen are told.
    );
  }

  get isEmpty(): boolean {
    return this.waiting === 0 && this.deliveries.isEmpty;
  }

  async listen(
    onMessages: (messages: readonly ChatMessage[]) => void,
    onGap: (gap: LogGap) => void,
  ): Promise<{ position: Position; end: () => void }> {
    this.waiting++;
    try {
      await this.answer;
    } finally {
      this.waiting--;
    }
    const position = this.at!;
    const end = this.deliveries.add(position.offset, onMessages);
    this.gapListeners.add(onGap);
    return {
      position,
      end: () => {
        end();
        this.gapListeners.delete(onGap);
      },
    };
  }

  hear(messages: readonly ChatMessage[]): void {
    if (this.at === null) {
      this.early.push(messages);
      return;
    }
    const { epoch, offset } = this.at;
    const fresh = messages.filter((message) => message.offset > offset);
    if (fresh.length === 0) return;
    this.at = { epoch, offset: fresh.at(-1)!.offset };
    this.deliveries.deliver(fresh);
  }

  miss(gap: LogGap): void {
    if (this.at === null) {
      this.early.push(gap);
      return;
    }
    this.at = gap.to;
    for (const onGap of this.gapListeners) onGap(gap);
    if (gap.from.epoch !== gap.to.epoch) this.deliveries.restart();
  }

  /** What was told before the answer is part of what the subscriber gets after it. */
  private begin(position: Position): void {
    this.at = position;
    const { early } = this;
    this.early = [];
    for (const told of early) {
      if ("to" in told) this.miss(told);
      else this.hear(told);
    }
  }
}
