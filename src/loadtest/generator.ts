import type { OpenSocket } from "../client/socket.ts";
import type { Clock } from "../lib/clock.ts";
import { type Random, seededRandom } from "../lib/random.ts";
import { drawFrom } from "../lib/range.ts";
import { dialects } from "../protocol/dialects.ts";
import type { Account } from "./account.ts";
import { type Act, Agenda } from "./agenda.ts";
import type { Chatter } from "./chatter.ts";
import { Crowd } from "./crowd.ts";
import { memoOfContents, memoOfEvents } from "./frame-memo.ts";
import { isLate } from "./generator-health.ts";
import { Health } from "./health.ts";
import { Ledger, type Saying } from "./ledger.ts";
import type { LoadOptions } from "./options.ts";
import { churnOf } from "./plan/churn.ts";
import { type Gaps, gapsOf } from "./plan/gaps.ts";
import { type Plan, planVisits, roomName, type Share, type Visit } from "./plan/visits.ts";
import type { PartSnapshot } from "./progress.ts";
import type { RowWriter } from "./row-writer.ts";
import { type SignToken, Tokens } from "./tokens.ts";

/** What is overdue happens this much at a time, so that answers are read in between. */
const MAX_ACTS_PER_TURN = 500;
const POLL_MS = 10;

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
  rows: Pick<RowWriter, "add" | "close" | "failure"> | null;
  /** What other processes have to know: it was said in rooms that they have members of. */
  onSayings(sayings: Saying[]): void;
}

/** The clients of one process: connects them, has them speak by plan, and keeps the account. */
export class Generator {
  readonly crowd: Crowd;
  readonly ledger: Ledger;
  private readonly health: Health;
  private readonly plan: Plan;
  private readonly agenda: Agenda;
  private readonly gaps: Gaps;
  private readonly roomNumbers = new Map<string, number>();
  private readonly tokens: Tokens;
  private readonly random: Random;
  private isStopped = false;
  private isSending = false;

  constructor(
    private readonly options: LoadOptions,
    private readonly parts: GeneratorParts,
  ) {
    const { clock, openSocket, runId, share, rows } = parts;
    const { warmup, sample } = options;
    this.random = seededRandom(options.seed + share.process);
    this.plan = planVisits(options, runId, share);
    this.agenda = new Agenda(options.duration);
    this.gaps = gapsOf(options.interval, options.arrivals, this.random);
    this.tokens = new Tokens(parts.signToken);
    const ledger = new Ledger({ clock, rows, warmup, sample });
    this.ledger = ledger;
    this.health = new Health(ledger.tally);
    const dialect = dialects[options.dialect];
    const [events, contents] = [memoOfEvents(dialect), memoOfContents(dialect)];
    this.crowd = new Crowd({
      ...{ dialect, openSocket, random: parts.random, clock, text: textOf(options, this.random) },
      tokenOf: (client) => this.tokens.of(client),
      nameOf: (room) => this.roomName(room),
      isShared: this.plan.isShared,
      decode(frame) {
        ledger.frameCame();
        return events.read(frame);
      },
      read(frame) {
        ledger.frameCame();
        return contents.read(frame);
      },
      onMessage: (receiver, sender, sequence) => ledger.receive(receiver, sender, sequence),
      onComplaint: (text) => ledger.complain(text),
      onComing: ({ author }) => ledger.enter(author),
      onJoined: (chatter) => {
        if (this.isSending) this.speakFrom(this.passed, chatter);
      },
      onBack: (chatter) => ledger.sendBacklog(chatter),
      onGone: (chatter) => ledger.lose(chatter),
      onLeft: ({ author }) => {
        ledger.forget(author);
        this.tokens.forget(author.id);
      },
    });
    for (const { room } of this.plan.visits) this.roomNumbers.set(this.roomName(room), room);
  }

  /** Brings in everyone who is to be there from the beginning. Answers with how many are. */
  async connect(): Promise<number> {
    const { connectTimeout, stages } = this.options;
    // Before the first client connects: signing would disturb what is measured.
    for (const { id, room } of this.plan.visits) await this.tokens.prepare(id, this.roomName(room));
    if (stages === undefined) {
      await this.crowd.bringIn(this.plan.visits, connectTimeout, () => this.isStopped);
    }
    return this.crowd.attendance.present;
  }

  /** Sends by plan, from `startedAt` on, in milliseconds since the epoch. Resolves when the plan is at its end. */
  async send(startedAt: number): Promise<void> {
    const { options, ledger, crowd, agenda } = this;
    ledger.startedAt = startedAt;
    await Bun.sleep(Math.max(0, startedAt - this.parts.clock.now()));
    this.isSending = true;
    this.health.start();
    for (const chatter of crowd.chatters) this.speakFrom(0, chatter);
    if (options.stages !== undefined) for (const visit of this.plan.visits) this.arrange(visit);
    if (options.churn > 0)
      agenda.add(
        0,
        churnOf(options.churn, crowd, this.random, (of) => void this.replace(of)),
      );
    const isOver = () => agenda.isEmpty && this.passed >= options.duration;
    while (!this.isStopped && !this.isDeserted && !isOver()) {
      agenda.performUntil(this.passed, MAX_ACTS_PER_TURN);
      this.turn();
      const next = Math.min(agenda.nextDue, options.duration);
      await Bun.sleep(Math.max(0, Math.min(next - this.passed, POLL_MS)));
    }
    this.turn();
    this.isSending = false;
  }

  /** What is said in rooms of which this process has members, too. */
  learn(sayings: readonly Saying[]): void {
    for (const saying of sayings) {
      const room = this.roomOf(saying.author);
      if (room !== null) this.ledger.learn(saying, room);
    }
  }

  /** Ends the sending before its time. */
  stop(): void {
    this.isStopped = true;
  }

  /** Everyone leaves. The account is that of the whole run. */
  async leave(): Promise<Account> {
    this.health.stop();
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
    const { present, away, reconnects, redirects, backP99 } = crowd.attendance;
    const { live, outstanding } = ledger.tally;
    return {
      clients: this.options.stages === undefined ? this.plan.visits.length : present + away,
      connected: present,
      ...{ away, reconnects, redirects, backP99, outstanding },
      sent: ledger.sentEver,
      received: ledger.receivedEver,
      latencies: live.counts,
      ...{ due: ledger.tally.dueBefore(Math.floor(this.passed / 1000)) },
      isDeserted: this.isDeserted,
      late: isLate(health.seconds),
    };
  }

  /** Milliseconds since the start of sending; 0 before. */
  private get passed(): number {
    const { startedAt } = this.ledger;
    return startedAt === 0 ? 0 : this.parts.clock.now() - startedAt;
  }

  /** Whoever is away gets as long to come back as it had to come. */
  private get isDeserted(): boolean {
    if (this.options.stages !== undefined) return false;
    return this.crowd.attendance.isDeserted(this.parts.clock.now(), this.options.connectTimeout);
  }

  /** What is to be done now and then. */
  private turn(): void {
    this.crowd.seeOff(this.options.settle);
    const { sayings } = this.ledger;
    if (sayings.length === 0) return;
    this.ledger.sayings = [];
    this.parts.onSayings(sayings);
  }

  /** From then on, a client says something again and again, until it leaves. */
  private speakFrom(at: number, chatter: Chatter): void {
    if (this.options.idle) return;
    const speaking: Act = {
      perform: (due) => {
        if (chatter.isLeaving) return null;
        this.ledger.send(chatter, due);
        return due + this.gaps.next();
      },
    };
    this.agenda.add(at + this.gaps.first(), speaking);
  }

  /** Has a client come and go when the plan says so. */
  private arrange(visit: Visit): void {
    const { agenda, crowd } = this;
    agenda.add(
      visit.from,
      once(() => {
        const chatter = crowd.admit(visit);
        if (chatter !== null)
          agenda.add(
            visit.to,
            once(() => crowd.dismiss(chatter)),
          );
      }),
    );
  }

  /** One leaves, and another comes in its place. */
  private async replace(chatter: Chatter): Promise<void> {
    this.crowd.dismiss(chatter);
    const [first, generation = "0"] = chatter.id.split("~");
    const id = `${first}~${Number(generation) + 1}`;
    await this.tokens.prepare(id, chatter.room.name);
    if (!this.isSending) return;
    this.crowd.admit({
      id,
      room: this.roomNumbers.get(chatter.room.name)!,
      url: chatter.url,
      ...{ from: 0, to: Number.POSITIVE_INFINITY, isSlow: false },
    });
  }

  /** Ids begin with the run and the room. */
  private roomOf(author: string) {
    const number = Number(author.split(".")[1]);
    return this.roomNumbers.has(this.roomName(number)) ? this.crowd.room(number) : null;
  }

  private roomName(room: number): string {
    return roomName(this.parts.runId, room);
  }
}

function once(perform: () => void): Act {
  return {
    perform() {
      perform();
      return null;
    },
  };
}

/** Texts of the lengths that are asked for. */
function textOf({ size }: LoadOptions, random: Random): () => string {
  const filler = "x".repeat(size.max);
  if (size.min === size.max) return () => filler;
  return () => filler.slice(0, Math.round(drawFrom(size, random)));
}
