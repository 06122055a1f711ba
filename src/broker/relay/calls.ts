import { WaitingLimit } from "../waiting-limit.ts";

interface Call {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
  bytes: number;
  /** The beat in which it was asked. */
  askedAt: number;
}

/**
 * What was asked of a host and is not answered yet. Time is counted in beats of this process and not by a clock: when it
 * was this process that stood still, the answers lie in its channel, and nobody else was slow.
 */
export class Calls {
  /** By number, oldest first. */
  private readonly waiting = new Map<number, Call>();
  private last = 0;
  private beats = 0;

  /** A call fails that has waited for more than `patience` beats. */
  constructor(
    private readonly patience: number,
    private readonly limit = new WaitingLimit(),
  ) {}

  /** Throws when too much waits. `bytes`: about how much the call takes until it is answered. */
  add<Value>(bytes: number): { call: number; answer: Promise<Value> } {
    this.limit.add(bytes);
    const call = ++this.last;
    const answer = new Promise<Value>((resolve, reject) => {
      this.waiting.set(call, { resolve, reject, bytes, askedAt: this.beats });
    });
    return { call, answer };
  }

  /** An answer that comes too late is dropped. */
  resolve(call: number, value: unknown): void {
    this.take(call)?.resolve(value as never);
  }

  reject(call: number, error: Error): void {
    this.take(call)?.reject(error);
  }

  rejectAll(error: Error): void {
    for (const call of this.waiting.keys()) this.reject(call, error);
  }

  /** One more beat has passed. Whether any call has waited for too long; those fail with `error`. */
  beat(error: Error): boolean {
    this.beats++;
    let isLate = false;
    for (const [call, { askedAt }] of this.waiting) {
      if (this.beats - askedAt <= this.patience) break;
      this.reject(call, error);
      isLate = true;
    }
    return isLate;
  }

  private take(call: number): Call | undefined {
    const found = this.waiting.get(call);
    if (found === undefined) return undefined;
    this.waiting.delete(call);
    this.limit.remove(found.bytes);
    return found;
  }
}
