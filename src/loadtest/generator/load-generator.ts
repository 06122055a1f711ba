import { availableParallelism } from "node:os";
import type { OpenSocket } from "../../client/socket.ts";
import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import { hash32 } from "../../lib/hash.ts";
import { type Random, seededRandom } from "../../lib/random.ts";
import { drawFrom } from "../../lib/range.ts";
import { dialects } from "../../protocol/dialects.ts";
import type { Chatter } from "../chatter/chatter.ts";
import { memoOfContents, memoOfFrames } from "../chatter/frame-memo.ts";
import { Crowd } from "../crowd/crowd.ts";
import { type SignToken, Tokens } from "../crowd/tokens.ts";
import { Ledger } from "../ledger/ledger.ts";
import { type PackedSayings, packSayings, unpackSayings } from "../ledger/sayings.ts";
import type { LoadOptions } from "../options.ts";
import { type Plan, planVisits, roomName, type Share, type Visit } from "../plan/visits.ts";
import type { RowWriter } from "../record/row-writer.ts";
import { Schedule } from "../schedule/schedule.ts";
import type { PartSnapshot } from "../watch/progress.ts";
import type { Account } from "./account.ts";
import type { GeneratorPort } from "./generator-port.ts";
import { isLate } from "./health.ts";
import { HealthWatch } from "./health-watch.ts";

const POLL_MS = 10;
/** A test that is killed loses no more than what happened since. */
const FLUSH_MS = 1000;

export interface GeneratorParts {
  clock: Clock;
  openSocket: OpenSocket;
  random: Random;
  /** Distinguishes this run's clients and rooms from those of any other. */
  runId: string;
  share: Share;
  /** Left out: the server wants no tokens. */
  signToken?: SignToken | undefined;
  /** Where rows go, if anywhere. */
  rows: Pick<RowWriter, "add" | "flush" | "close" | "failure"> | null;
  /** What other processes have to know: it was said in rooms that they have members of. */
  onSayings(sayings: PackedSayings): void;
}

/** The clients of one process: connects them, has them speak by plan, and keeps the account. */
export class LoadGenerator implements GeneratorPort {
  readonly crowd: Crowd;
  readonly ledger: Ledger;
  private readonly health: HealthWatch;
  private readonly plan: Plan;
  private readonly schedule: Schedule;
  private readonly tokens: Tokens;
  private flushing: Timer | undefined;
  private isStopped = false;
  private isSending = false;

  constructor(
    private readonly options: LoadOptions,
    private readonly parts: GeneratorParts,
  ) {
    const { clock, openSocket, runId, share, rows } = parts;
    const { warmup, sample } = options;
    const random = seededRandom(hash32(`${options.seed}/${share.process}`));
    this.plan = planVisits(options, runId, share);
    this.tokens = new Tokens(parts.signToken);
    const { isElsewhere } = this.plan;
    const ledger = new Ledger({ clock, isElsewhere, rows, warmup, sample });
    this.ledger = ledger;
    this.health = new HealthWatch(ledger.tally);
    const dialect = dialects[options.dialect];
    const [frames, contents] = [memoOfFrames(), memoOfContents(dialect)];
    this.crowd = new Crowd({
      dialect,
      openSocket,
      random: parts.random,
      connectTimeout: options.connectTimeout,
      clock,
      text: textOf(options, random),
      tokenOf: parts.signToken === undefined ? null : (client) => this.tokens.of(client),
      nameOf: (room) => roomName(runId, room),
      isShared: this.plan.isShared,
      decode(frame) {
        ledger.frameCame();
        return frames.read(frame);
      },
      read(frame) {
        ledger.frameCame();
        return contents.read(frame);
      },
      onMessages: (receiver, messages) => ledger.receive(receiver, messages),
      onComplaint: (text) => ledger.complain(text),
      onComing: ({ author }) => ledger.enter(author),
      onJoined: (chatter) => {
        if (this.isSending) this.schedule.speak(chatter, this.passed);
        // Who is there is what an idle test is about.
        if (options.idle) chatter.isActive = true;
      },
      onBack: (chatter) => {
        ledger.sendBacklog(chatter);
        this.tellOthers();
      },
      onGone: (chatter) => ledger.lose(chatter),
      onLeft: ({ author }) => {
        ledger.forget(author);
        this.tokens.forget(author.id);
      },
    });
    this.schedule = new Schedule(options, this.crowd, random, {
      send: (chatter, due) => ledger.send(chatter, due),
      bring: (visit) => this.bring(visit),
    });
  }

  async connect(): Promise<number> {
    const { connectTimeout, stages } = this.options;
    // Before the first client connects: signing would disturb what is measured.
    for (const { id, room } of this.plan.visits) await this.prepare(id, room);
    if (stages === undefined) {
      await this.crowd.bringIn(this.plan.visits, connectTimeout, () => this.isStopped);
    }
    return this.crowd.attendance.present;
  }

  async send(startedAt: number): Promise<void> {
    const { options, ledger, crowd, schedule } = this;
    ledger.start(startedAt);
    await Bun.sleep(Math.max(0, startedAt - this.parts.clock.now()));
    this.isSending = true;
    this.health.start();
    this.flushing = setInterval(() => this.parts.rows?.flush(), FLUSH_MS);
    for (const chatter of crowd.chatters) schedule.speak(chatter, 0);
    if (options.stages !== undefined) schedule.expect(this.plan.visits);
    // What a generator that is overloaded has not sent by then, it does not send any more.
    const isOver = () =>
      this.passed >= options.duration + (schedule.isEmpty ? 0 : Math.min(options.duration, options.settle));
    let nextRound = 0;
    while (!this.isStopped && !this.isDeserted && !isOver()) {
      schedule.performUntil(this.passed);
      if (this.passed >= nextRound) {
        this.lookAround();
        nextRound = this.passed + POLL_MS;
      }
      const next = Math.min(schedule.nextDue, options.duration);
      await this.pause(Math.min(next - this.passed, Math.ceil(nextRound - this.passed)));
    }
    this.lookAround();
    this.isSending = false;
    if (!this.isStopped) ledger.tally.unsent += schedule.unsent;
  }

  learn(sayings: PackedSayings): void {
    for (const saying of unpackSayings(sayings)) {
      // Also of a room to which nobody here has come: who comes next may get it a moment later.
      this.ledger.learn(saying, this.crowd.room(saying.room));
    }
  }

  stop(): void {
    this.isStopped = true;
  }

  async leave(): Promise<Account> {
    this.health.stop();
    clearInterval(this.flushing);
    await this.crowd.takeOut();
    this.ledger.close();
    this.parts.rows?.close();
    const { crowd, ledger, health, parts } = this;
    return {
      tally: ledger.tally.state(),
      attendance: crowd.attendance.state(),
      active: crowd.active,
      slow: crowd.slow.map(({ counts }) => counts),
      complaints: ledger.complaints,
      health: health.seconds,
      recorderFailure: parts.rows?.failure ?? null,
    };
  }

  snapshot(): PartSnapshot {
    const { ledger, crowd, health } = this;
    ledger.settle();
    const { present, away, reconnects, redirects, backP99 } = crowd.attendance;
    const { timeline, outstanding } = ledger.tally;
    return {
      clients: this.options.stages === undefined ? this.plan.visits.length : present + away,
      connected: present,
      away,
      reconnects,
      redirects,
      backP99,
      outstanding,
      sent: ledger.sentEver,
      received: ledger.receivedEver,
      latencies: timeline.latencies().counts,
      due: ledger.tally.dueBefore(Math.floor(this.passed / 1000)),
      isDeserted: this.isDeserted,
      late: isLate(health.seconds),
    };
  }

  /** Milliseconds since the start of sending; 0 before. */
  private get passed(): number {
    const { startedAt } = this.ledger;
    return startedAt === 0 ? 0 : this.parts.clock.now() - startedAt;
  }

  private get isDeserted(): boolean {
    // In stages nobody may be there by plan.
    return this.options.stages === undefined && this.crowd.isDeserted(this.options.connectTimeout);
  }

  /** What has come is counted, who has got everything may leave, and others hear what was said here. */
  private lookAround(): void {
    this.ledger.settle();
    this.crowd.seeOff(this.options.settle);
    this.tellOthers();
  }

  /**
   * Timers know whole milliseconds: what is left of one is waited for awake, so that a message leaves when it is due. Not
   * where there are more processes than cores: they would take them from each other, and from the server.
   */
  private pause(ms: number): Promise<void> {
    const isCrowded = this.parts.share.processes > availableParallelism();
    return Bun.sleep(Math.max(0, isCrowded ? Math.ceil(ms) : ms));
  }

  /** Tells the processes that share rooms with this one what was said in them. */
  private tellOthers(): void {
    const sayings = this.ledger.takeSayings();
    if (sayings.length > 0) this.parts.onSayings(packSayings(sayings));
  }

  /** Someone comes while the test runs. */
  private async bring(visit: Visit): Promise<Chatter | null> {
    try {
      await this.prepare(visit.id, visit.room);
    } catch (error) {
      this.ledger.complain(messageOf(error));
      return null;
    }
    return this.isSending ? this.crowd.admit(visit) : null;
  }

  private prepare(client: string, room: number): Promise<void> {
    return this.tokens.prepare(client, roomName(this.parts.runId, room));
  }
}

/** Texts of the lengths that are asked for. */
function textOf({ size }: LoadOptions, random: Random): () => string {
  const filler = "x".repeat(size.max);
  if (size.min === size.max) return () => filler;
  return () => filler.slice(0, Math.round(drawFrom(size, random)));
}
