/** When a connection is taken for dead, milliseconds. */
export interface HeartbeatTimes {
  /** Without any frame for so long, the server is asked for one. */
  silence: number;
  /** Without any frame for so long after that, nobody is there. */
  answer: number;
}

/** Short enough for a person to wait, and a frame each way in an idle room costs a server next to nothing. */
export const HEARTBEAT: HeartbeatTimes = { silence: 25_000, answer: 10_000 };

export interface HeartbeatActions {
  ping(): void;
  onDead(): void;
}

/**
 * Notices that a connection is dead which TCP still believes in, half an hour before TCP does: a cable that was pulled, a
 * router that forgot. Any frame is a sign of life; only silence is asked about.
 */
export class Heartbeat {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private heardAt = 0;
  private isAsking = false;
  private unanswered = 0;

  constructor(
    private readonly times: HeartbeatTimes,
    private readonly actions: HeartbeatActions,
  ) {}

  /** There is a connection. */
  start(): void {
    this.stop();
    this.unanswered = 0;
    this.heard();
    this.wait(this.times.silence);
  }

  /** There is none. */
  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** A frame came, whatever it says. */
  heard(): void {
    this.heardAt = performance.now();
    this.isAsking = false;
  }

  /** A frame came that only means something as the answer to a ping: was there one to be answered? */
  answered(): boolean {
    if (this.unanswered === 0) return false;
    this.unanswered--;
    return true;
  }

  private look(): void {
    const left = this.heardAt + this.times.silence - performance.now();
    if (left > 0) {
      this.wait(left);
    } else if (this.isAsking) {
      this.timer = null;
      this.actions.onDead();
    } else {
      this.isAsking = true;
      this.unanswered++;
      this.actions.ping();
      this.wait(this.times.answer);
    }
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => this.look(), ms);
  }
}
