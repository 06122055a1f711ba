import { Chatter, type ChatterContext, type TestRoom } from "./chatter.ts";
import type { ClientPlan } from "./plan.ts";

const CLOSE_BATCH = 500;
const POLL_MS = 5;

/** All clients of a run: brings them in over the ramp, counts who is there, takes them out again. */
export class Crowd {
  readonly chatters: Chatter[];
  /** Clients that are in their rooms now. */
  present = 0;
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
      onLost: (chatter, wasIn, code, reason) => this.onLost(chatter, wasIn, code, reason),
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
    return this.chatters.length - this.present - this.connectErrors - this.disconnects;
  }

  /** Clients that sent or received anything. */
  get active(): number {
    return this.chatters.filter(({ isActive }) => isActive).length;
  }

  find(id: string): Chatter | undefined {
    return this.byId.get(id);
  }

  /**
   * Connects everyone by plan and resolves when all are in, or given up `timeoutMs` after the last was due, or
   * when `isStopped` says so. Resolves early, too, when the first clients all failed: then nobody is there to talk to.
   */
  async bringIn(timeoutMs: number, isStopped: () => boolean): Promise<void> {
    const start = performance.now();
    const rampEnd = this.plans.at(-1)!.connectAt;
    let next = 0;
    while (!isStopped() && (next < this.plans.length || this.pending > 0)) {
      const passed = performance.now() - start;
      while (next < this.plans.length && this.plans[next]!.connectAt <= passed)
        this.chatters[next++]!.connect();
      if (passed > rampEnd + timeoutMs) break;
      if (this.present === 0 && this.connectErrors >= Math.min(10, this.plans.length)) break;
      await Bun.sleep(POLL_MS);
    }
    for (const chatter of this.chatters.filter(({ isOutside }) => isOutside)) {
      // Whoever was not waited for has not failed.
      if (!isStopped()) this.connectErrors++;
      chatter.giveUp();
    }
  }

  /** Closes every connection politely; a server that does not answer costs a few seconds at most. */
  async takeOut(): Promise<void> {
    this.leaving = true;
    const goodbyes: Promise<void>[] = [];
    for (const chatter of this.chatters.filter(({ isIn }) => isIn)) {
      goodbyes.push(chatter.leave());
      if (goodbyes.length % CLOSE_BATCH === 0) await Bun.sleep(0);
    }
    await Promise.all(goodbyes);
  }

  private onJoined(chatter: Chatter): void {
    this.present++;
    chatter.room.members++;
  }

  private onLost(chatter: Chatter, wasIn: boolean, code: number, reason: string): void {
    if (this.leaving) return;
    this.lastLoss = reason === "" ? `code ${code}` : `${reason}, code ${code}`;
    if (!wasIn) {
      this.connectErrors++;
      return;
    }
    this.present--;
    this.disconnects++;
    chatter.room.members--;
  }
}
