import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import type { Chatter, ChatterContext } from "../chatter/chatter.ts";
import { NativeChatter } from "../chatter/native-chatter.ts";
import { SimpleChatter } from "../chatter/simple-chatter.ts";
import { StallingReader } from "../chatter/stalling-reader.ts";
import type { Visit } from "../plan/visits.ts";
import { Attendance } from "./attendance.ts";
import { Departures } from "./departures.ts";
import { DrawableSet } from "./drawable-set.ts";
import { TestRoom } from "./room.ts";

const CLOSE_BATCH = 500;
const POLL_MS = 5;
/**
 * Clients of one process that are on their way in at a time. More than a server's listen queue holds, 512 with Bun, would
 * come to nothing but the system's next try, a second later; and a server that cannot keep up would not get faster.
 */
const MOST_HANDSHAKES = 250;

/** What the crowd keeps to itself: who comes and goes. */
type Comings = "onJoined" | "onLost" | "onAway" | "onBack" | "onMoved" | "onGap";

export interface CrowdOptions extends Omit<ChatterContext, Comings> {
  clock: Clock;
  /** The name of a room on the server. */
  nameOf(room: number): string;
  /** Has this room members in other processes, too? */
  isShared(room: number): boolean;
  /** Somebody is about to connect. */
  onComing(chatter: Chatter): void;
  onJoined(chatter: Chatter): void;
  /** A client is back: what it could not send meanwhile can be sent. */
  onBack(chatter: Chatter): void;
  /** A client is gone for good, although it was to stay. */
  onGone(chatter: Chatter): void;
  /** A client has left as planned. */
  onLeft(chatter: Chatter): void;
}

/** The clients of a run: brings them in, counts who is there, takes them out again. */
export class Crowd {
  /** Everyone who is there or on the way, in the order in which they came. */
  readonly chatters = new Set<Chatter>();
  readonly attendance = new Attendance();
  /** Those of them that are neither in nor given up. */
  private readonly outside = new Set<Chatter>();
  readonly slow: StallingReader[] = [];
  /** Of those who left as planned: how many sent or received anything. */
  private pastActive = 0;
  /** Those who are in their rooms, or away from them for a moment. */
  private readonly members = new DrawableSet<Chatter>();
  private isOver = false;
  private readonly departures = new Departures();
  private readonly rooms = new Map<number, TestRoom>();
  private readonly context: ChatterContext;

  constructor(private readonly options: CrowdOptions) {
    this.context = this.makeContext();
  }

  /** Clients that sent or received anything. */
  get active(): number {
    let active = this.pastActive;
    for (const chatter of this.chatters) if (chatter.isActive) active++;
    return active;
  }

  /** Is nobody there, nor coming? Whoever is away gets `patienceMs` to come back. */
  isDeserted(patienceMs: number): boolean {
    return this.attendance.isDeserted(this.options.clock.now(), patienceMs) && this.outside.size === 0;
  }

  /** A room of the plan, whoever has come to it by now. */
  room(number: number): TestRoom {
    const { options, rooms } = this;
    const known = rooms.get(number);
    if (known !== undefined) return known;
    const room = new TestRoom(options.nameOf(number), number, options.isShared(number));
    rooms.set(number, room);
    return room;
  }

  /** Someone comes. Answers with the client, or `null` when it is one that reads nothing. */
  admit(visit: Visit): Chatter | null {
    const { options } = this;
    const room = this.room(visit.room);
    if (visit.isSlow) {
      const reader = new StallingReader(room.name, visit.url, options.tokenOf?.(visit.id));
      this.slow.push(reader);
      void reader.stay();
      return null;
    }
    const Kind = options.dialect.name === "native" ? NativeChatter : SimpleChatter;
    const chatter = new Kind(visit, room, this.context);
    this.chatters.add(chatter);
    this.outside.add(chatter);
    options.onComing(chatter);
    chatter.connect();
    return chatter;
  }

  /**
   * Lets everyone in by plan and resolves when all are in, or given up `timeoutMs` after the last was due, or
   * when `isStopped` says so. Only so many are on their way in at a time. Resolves early, too, when the first clients all failed: then nobody is there to talk to.
   */
  async bringIn(visits: readonly Visit[], timeoutMs: number, isStopped: () => boolean): Promise<void> {
    const { attendance } = this;
    const start = performance.now();
    const rampEnd = visits.at(-1)?.from ?? 0;
    let next = 0;
    while (!isStopped() && (next < visits.length || this.outside.size > 0)) {
      const passed = performance.now() - start;
      if (passed > rampEnd + timeoutMs) break;
      while (next < visits.length && visits[next]!.from <= passed && this.outside.size < MOST_HANDSHAKES) {
        this.admit(visits[next++]!);
      }
      if (attendance.present === 0 && attendance.connectErrors >= Math.min(10, visits.length)) break;
      await Bun.sleep(POLL_MS);
    }
    // Whoever was not waited for has not failed.
    if (!isStopped()) attendance.connectErrors += this.outside.size + visits.length - next;
    for (const chatter of this.outside) chatter.giveUp();
    this.outside.clear();
  }

  /**
   * A client leaves by plan: it says nothing more, and goes when it has got what was said while it was a member. One that
   * is away leaves when it is back: what it misses is for it until then, and what it could not say is still to be said.
   */
  dismiss(chatter: Chatter): void {
    if (chatter.isSilent || chatter.isGone) return;
    chatter.isSilent = true;
    this.outside.delete(chatter);
    this.members.delete(chatter);
    if (!chatter.isAway) this.depart(chatter);
  }

  /** Sees off those who wait for nothing any more, or in vain for longer than `patienceMs`. */
  seeOff(patienceMs: number): void {
    for (const chatter of this.departures.take(this.nowUs, patienceMs)) this.seeOut(chatter);
  }

  /** Any of those who are in their rooms, each as likely as any other; `null` when nobody is. */
  draw(random: Random): Chatter | null {
    return this.members.draw(random);
  }

  /**
   * Closes every connection politely; a server that does not answer costs a few seconds at most. Who is not back by
   * now is lost.
   */
  async takeOut(): Promise<void> {
    this.isOver = true;
    for (const reader of this.slow) reader.leave();
    const goodbyes: Promise<void>[] = [];
    for (const chatter of this.chatters) {
      if (chatter.isAway) {
        this.remove(chatter, true);
        chatter.giveUp();
      } else if (chatter.isIn) {
        goodbyes.push(chatter.leave());
        if (goodbyes.length % CLOSE_BATCH === 0) await Bun.sleep(0);
      } else if (chatter.isOutside) chatter.giveUp();
    }
    await Promise.all(goodbyes);
  }

  private makeContext(): ChatterContext {
    const { attendance, options } = this;
    const { clock } = options;
    // By plan one that leaves is gone, whatever becomes of its connection: at worst it misses what it waits for.
    return {
      ...options,
      onJoined: (chatter) => {
        this.outside.delete(chatter);
        chatter.enter(this.nowUs);
        attendance.joined();
        this.members.add(chatter);
        options.onJoined(chatter);
      },
      onLost: (chatter, was, code, reason) => {
        this.outside.delete(chatter);
        if (this.isOver || chatter.isLeaving) return;
        this.noteLoss(code, reason);
        if (was === "outside") attendance.connectErrors++;
        else this.remove(chatter, was === "away");
      },
      onAway: (chatter, code, reason) => {
        if (this.isOver || chatter.isLeaving) return;
        this.noteLoss(code, reason);
        chatter.awaySince = clock.now();
        attendance.wentAway(chatter.awaySince);
      },
      onBack: (chatter) => {
        if (chatter.isLeaving) return;
        attendance.cameBack(clock.now() - chatter.awaySince);
        options.onBack(chatter);
        if (chatter.isSilent) this.depart(chatter);
      },
      onMoved: () => attendance.redirects++,
      onGap: () => attendance.gaps++,
    };
  }

  private remove(chatter: Chatter, wasAway: boolean): void {
    const now = this.options.clock.now();
    if (!wasAway) chatter.awaySince = now;
    chatter.lostAt = now;
    this.members.delete(chatter);
    chatter.room.leave(chatter, Math.round(now * 1000));
    this.attendance.wasLost(wasAway, now);
    this.options.onGone(chatter);
  }

  /** Microseconds since the epoch, whole ones as the times of messages are. */
  private get nowUs(): number {
    return Math.round(this.options.clock.now() * 1000);
  }

  private depart(chatter: Chatter): void {
    const { nowUs, attendance } = this;
    chatter.bow(nowUs);
    if (chatter.isIn) {
      attendance.wentHome(nowUs / 1000);
      this.departures.add(chatter);
    } else {
      // One that has to go before it was in is no failure: its time was short.
      attendance.left++;
      this.seeOut(chatter);
    }
  }

  private seeOut(chatter: Chatter): void {
    this.chatters.delete(chatter);
    if (chatter.isActive) this.pastActive++;
    this.options.onLeft(chatter);
    void chatter.leave();
  }

  private noteLoss(code: number, reason: string): void {
    this.attendance.lastLoss = reason === "" ? `code ${code}` : `${reason}, code ${code}`;
  }
}
