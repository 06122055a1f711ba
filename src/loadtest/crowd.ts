import type { Clock } from "../lib/clock.ts";
import { Attendance } from "./attendance.ts";
import type { Chatter, ChatterContext, TestRoom } from "./chatter.ts";
import { NativeChatter } from "./native-chatter.ts";
import type { ClientPlan } from "./plan.ts";
import { SimpleChatter } from "./simple-chatter.ts";

const CLOSE_BATCH = 500;
const POLL_MS = 5;

/** What the crowd keeps to itself: who comes and goes. */
type Comings = "onJoined" | "onLost" | "onAway" | "onBack" | "onMoved" | "onGap";

export interface CrowdOptions extends Omit<ChatterContext, Comings> {
  clock: Clock;
  /** A client is back: what it could not send meanwhile can be sent. */
  onBack(chatter: Chatter): void;
  /** A client is gone for good. */
  onGone(chatter: Chatter): void;
}

/** All clients of a run: brings them in over the ramp, counts who is there, takes them out again. */
export class Crowd {
  readonly chatters: Chatter[];
  readonly attendance = new Attendance();
  private leaving = false;
  private readonly byId: Map<string, Chatter>;

  constructor(
    private readonly plans: readonly ClientPlan[],
    nameOf: (room: number) => string,
    private readonly options: CrowdOptions,
  ) {
    const rooms = new Map<number, TestRoom>();
    const context = this.context();
    const Kind = options.dialect.name === "native" ? NativeChatter : SimpleChatter;
    this.chatters = plans.map((plan) => {
      const room = rooms.get(plan.room) ?? { name: nameOf(plan.room), members: 0 };
      rooms.set(plan.room, room);
      return new Kind(plan.id, room, context);
    });
    this.byId = new Map(this.chatters.map((chatter) => [chatter.id, chatter]));
  }

  /** Clients that are neither in nor given up. */
  get pending(): number {
    const { present, away, connectErrors, lost } = this.attendance;
    return this.chatters.length - present - away - connectErrors - lost;
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
    const { attendance } = this;
    const start = performance.now();
    const rampEnd = this.plans.at(-1)!.connectAt;
    let next = 0;
    while (!isStopped() && (next < this.plans.length || this.pending > 0)) {
      const passed = performance.now() - start;
      while (next < this.plans.length && this.plans[next]!.connectAt <= passed)
        this.chatters[next++]!.connect();
      if (passed > rampEnd + timeoutMs) break;
      if (attendance.present === 0 && attendance.connectErrors >= Math.min(10, this.plans.length)) break;
      await Bun.sleep(POLL_MS);
    }
    for (const chatter of this.chatters.filter(({ isOutside }) => isOutside)) {
      // Whoever was not waited for has not failed.
      if (!isStopped()) attendance.connectErrors++;
      chatter.giveUp();
    }
  }

  /**
   * Closes every connection politely; a server that does not answer costs a few seconds at most. Who is not back by
   * now is lost.
   */
  async takeOut(): Promise<void> {
    this.leaving = true;
    const goodbyes: Promise<void>[] = [];
    for (const chatter of this.chatters) {
      if (chatter.isAway) {
        this.remove(chatter, true);
        chatter.giveUp();
      } else if (chatter.isIn) {
        goodbyes.push(chatter.leave());
        if (goodbyes.length % CLOSE_BATCH === 0) await Bun.sleep(0);
      }
    }
    await Promise.all(goodbyes);
  }

  private context(): ChatterContext {
    const { attendance, options } = this;
    const { clock } = options;
    return {
      ...options,
      onJoined(chatter) {
        chatter.room.members++;
        attendance.joined();
      },
      onLost: (chatter, was, code, reason) => {
        if (this.leaving) return;
        this.noteLoss(code, reason);
        if (was === "outside") attendance.connectErrors++;
        else this.remove(chatter, was === "away");
      },
      onAway: (chatter, code, reason) => {
        if (this.leaving) return;
        this.noteLoss(code, reason);
        chatter.awaySince = clock.now();
        attendance.wentAway(chatter.awaySince);
      },
      onBack(chatter) {
        attendance.cameBack(clock.now() - chatter.awaySince);
        options.onBack(chatter);
      },
      onMoved: () => attendance.redirects++,
      onGap: () => attendance.gaps++,
    };
  }

  private remove(chatter: Chatter, wasAway: boolean): void {
    const now = this.options.clock.now();
    if (!wasAway) chatter.awaySince = now;
    chatter.room.members--;
    this.attendance.wasLost(wasAway, now);
    this.options.onGone(chatter);
  }

  private noteLoss(code: number, reason: string): void {
    this.attendance.lastLoss = reason === "" ? `code ${code}` : `${reason}, code ${code}`;
  }
}
