import { Chatter, type ChatterContext, type TestRoom } from "./chatter.ts";
import type { ClientPlan } from "./plan.ts";

/** Clients that have not joined this long after the ramp never will. */
const CONNECT_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 3000;
const CLOSE_BATCH = 500;
const POLL_MS = 5;

/** All clients of a run: brings them in over the ramp, counts who is there, takes them out again. */
export class Crowd {
  readonly chatters: Chatter[];
  joined = 0;
  /** Could not connect, or not in time. */
  connectErrors = 0;
  /** Joined, and lost before the end. */
  disconnects = 0;
  /** Why the last of them was lost. */
  lastLoss = "";
  private leaving = false;
  private readonly byId: Map<string, Chatter>;

  constructor(
    private readonly plans: readonly ClientPlan[],
    nameOf: (room: number) => string,
    context: Pick<ChatterContext, "url" | "dialect" | "filler" | "openSocket" | "onFrame">,
  ) {
    const rooms = new Map<number, TestRoom>();
    const shared: ChatterContext = {
      ...context,
      onJoined: (chatter) => this.onJoined(chatter),
      onClosed: (chatter, code, reason) => this.onClosed(chatter, code, reason),
    };
    this.chatters = plans.map((plan) => {
      const room = rooms.get(plan.room) ?? { name: nameOf(plan.room), members: 0 };
      rooms.set(plan.room, room);
      return new Chatter(plan.id, room, shared);
    });
    this.byId = new Map(this.chatters.map((chatter) => [chatter.id, chatter]));
  }

  /** Clients that are neither in nor given up. */
  get pending(): number {
    return this.chatters.length - this.joined - this.connectErrors - this.disconnects;
  }

  find(id: string): Chatter | undefined {
    return this.byId.get(id);
  }

  /**
   * Connects everyone by plan and resolves when all are in or given up, or when `isStopped` says so. Resolves
   * early, too, when the first clients all failed: then nobody is there to talk to.
   */
  async bringIn(isStopped: () => boolean): Promise<void> {
    const start = performance.now();
    const rampEnd = this.plans.at(-1)!.connectAt;
    let next = 0;
    while (!isStopped() && (next < this.plans.length || this.pending > 0)) {
      const passed = performance.now() - start;
      while (next < this.plans.length && this.plans[next]!.connectAt <= passed)
        this.chatters[next++]!.connect();
      if (passed > rampEnd + CONNECT_TIMEOUT_MS) break;
      if (this.joined === 0 && this.connectErrors >= Math.min(10, this.plans.length)) break;
      await Bun.sleep(POLL_MS);
    }
    this.giveUpOn(this.chatters.filter((chatter) => !chatter.joined && !chatter.gone));
  }

  /** Closes every connection politely and waits for the goodbyes, a few seconds at most. */
  async takeOut(): Promise<void> {
    this.leaving = true;
    const present = this.chatters.filter((chatter) => chatter.joined && !chatter.gone);
    for (let from = 0; from < present.length; from += CLOSE_BATCH) {
      for (const chatter of present.slice(from, from + CLOSE_BATCH)) chatter.leave();
      await Bun.sleep(0);
    }
    const deadline = performance.now() + CLOSE_TIMEOUT_MS;
    while (present.some((chatter) => !chatter.gone) && performance.now() < deadline) await Bun.sleep(POLL_MS);
  }

  private onJoined(chatter: Chatter): void {
    this.joined++;
    chatter.room.members++;
  }

  private onClosed(chatter: Chatter, code: number, reason: string): void {
    if (this.leaving) return;
    this.lastLoss = reason === "" ? `code ${code}` : `${reason}, code ${code}`;
    if (!chatter.joined) {
      this.connectErrors++;
      return;
    }
    this.joined--;
    this.disconnects++;
    chatter.room.members--;
  }

  private giveUpOn(late: Chatter[]): void {
    for (const chatter of late) {
      chatter.gone = true;
      this.connectErrors++;
      chatter.leave();
    }
  }
}
