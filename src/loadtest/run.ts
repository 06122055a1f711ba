import type { OpenSocket } from "../client/socket.ts";
import type { Clock } from "../lib/clock.ts";
import type { Random } from "../lib/random.ts";
import { dialects } from "../protocol/dialects.ts";
import type { RunEnd } from "../results/run-meta.ts";
import { Crowd } from "./crowd.ts";
import { memoOfContents, memoOfEvents } from "./frame-memo.ts";
import { Health } from "./health.ts";
import { Ledger } from "./ledger.ts";
import type { LoadOptions } from "./options.ts";
import { Pacer } from "./pacer.ts";
import { planClients, roomName } from "./plan.ts";
import type { Snapshot } from "./progress.ts";
import type { Recorder } from "./recorder.ts";
import type { Tally } from "./tally.ts";

/** Sends that are overdue go out this many at a time, so that answers are read in between. */
const MAX_SENDS_PER_TURN = 500;
/** Dialects that do not greet: time for the server to put the last client into its room. */
const QUIET_MS = 250;
const POLL_MS = 10;

/** Signs a token by which the client of that name may enter that room, and no other. */
export type SignToken = (name: string, room: string) => Promise<string>;

export interface RunParts {
  clock: Clock;
  openSocket: OpenSocket;
  /** Left out: the server wants no tokens. */
  signToken?: SignToken | undefined;
  random: Random;
  /** Distinguishes this run's clients and rooms from those of any other. */
  runId: string;
  /** Where events go, if anywhere. */
  recorder: Pick<Recorder, "add"> | null;
  /** Everyone is in and sending starts; `startedAt` is in milliseconds since the epoch. */
  onStart: (startedAt: number) => void;
}

/** One load test: connect, send by plan, wait for the rest, leave. */
export class LoadRun {
  readonly crowd: Crowd;
  readonly health = new Health();
  readonly ledger: Ledger;
  private readonly pacer: Pacer;
  /** By client. */
  private readonly tokens = new Map<string, string>();
  private phase: Snapshot["phase"] = "connecting";
  private stopped = false;

  constructor(
    private readonly options: LoadOptions,
    private readonly parts: RunParts,
  ) {
    const { clock, recorder, openSocket, random, runId } = parts;
    const plans = planClients(options, runId);
    this.pacer = new Pacer(
      plans.map((plan) => plan.phase),
      options.interval,
      options.duration,
    );
    const dialect = dialects[options.dialect];
    const [events, contents] = [memoOfEvents(dialect), memoOfContents(dialect)];
    const { warmup } = options;
    const ledger = new Ledger({ clock, recorder, warmup, find: (id) => this.crowd.find(id) });
    this.ledger = ledger;
    this.crowd = new Crowd(plans, (room) => roomName(runId, room), {
      ...{ url: options.url, dialect, filler: "x".repeat(options.size), openSocket, random, clock },
      tokenOf: (client) => this.tokens.get(client) ?? null,
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
      onBack: (chatter) => ledger.sendBacklog(chatter),
      onGone: (chatter) => ledger.lose(chatter),
    });
  }

  get tally(): Tally {
    return this.ledger.tally;
  }

  /** Milliseconds since the epoch at which sending started; 0 before. */
  get startedAt(): number {
    return this.ledger.startedAt;
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  /** Ends the test before its time: no more sends, a short wait for what is under way, everyone leaves. */
  stop(): void {
    this.stopped = true;
  }

  /** Resolves with how it ended, or with `null` when nobody was in and so nothing was recorded. */
  async run(): Promise<RunEnd | null> {
    await this.signTokens();
    await this.crowd.bringIn(this.options.connectTimeout, () => this.stopped);
    if (this.crowd.attendance.present > 0) {
      if (this.options.dialect !== "native" && !this.stopped) await Bun.sleep(QUIET_MS);
      // Whole milliseconds: the file tells the start in ISO 8601, and the warm-up is cut by it.
      this.ledger.startedAt = Math.ceil(this.parts.clock.now());
      this.parts.onStart(this.startedAt);
      this.health.start();
      this.phase = "sending";
      await this.sendAll();
      this.phase = "settling";
      await this.settle();
      this.health.stop();
    }
    this.phase = "leaving";
    await this.crowd.takeOut();
    this.ledger.close(this.crowd.chatters);
    return this.startedAt === 0 ? null : this.end();
  }

  /** Where the test stands now. */
  snapshot(): Snapshot {
    const { tally, ledger, crowd, options } = this;
    const { present, away, reconnects, redirects, backP99 } = crowd.attendance;
    const passed = this.startedAt === 0 ? 0 : this.parts.clock.now() - this.startedAt;
    return {
      phase: this.phase,
      clients: crowd.chatters.length,
      connected: present,
      ...{ away, reconnects, redirects, backP99 },
      sent: ledger.sentEver,
      received: ledger.receivedEver,
      p50: tally.live.percentile(50),
      p99: tally.live.percentile(99),
      loss: tally.lossBefore(Math.floor(passed / 1000)),
      leftMs: Math.max(0, options.duration - passed),
      late: this.health.isLate(tally.sendLag),
    };
  }

  /** Before the first client connects: signing would disturb what is measured. */
  private async signTokens(): Promise<void> {
    const { signToken } = this.parts;
    if (signToken === undefined) return;
    for (const { id, room } of this.crowd.chatters) this.tokens.set(id, await signToken(id, room.name));
  }

  private async sendAll(): Promise<void> {
    const { clock } = this.parts;
    for (let k = 0; !this.stopped && !this.isDeserted; ) {
      const passed = clock.now() - this.startedAt;
      let planned = this.pacer.at(k);
      for (let turn = 0; planned !== null && planned.due <= passed && turn < MAX_SENDS_PER_TURN; turn++) {
        this.ledger.send(this.crowd.chatters[planned.client]!, planned.due);
        planned = this.pacer.at(++k);
      }
      if (planned === null && passed >= this.options.duration) return;
      const next = planned?.due ?? this.options.duration;
      await Bun.sleep(Math.max(0, Math.min(next - passed, POLL_MS)));
    }
  }

  private async settle(): Promise<void> {
    const wait = this.stopped ? Math.min(this.options.settle, 2000) : this.options.settle;
    const deadline = performance.now() + wait;
    const { attendance } = this.crowd;
    const isWaiting = () => this.tally.outstanding > 0 || attendance.away > 0;
    while (isWaiting() && !this.isDeserted && performance.now() < deadline) await Bun.sleep(POLL_MS);
  }

  /** Whoever is away gets as long to come back as it had to come. */
  private get isDeserted(): boolean {
    return this.crowd.attendance.isDeserted(this.parts.clock.now(), this.options.connectTimeout);
  }

  private end(): RunEnd {
    const { tally } = this;
    const { connectErrors, disconnects, disturbances } = this.crowd.attendance;
    return {
      ended_at: new Date(this.parts.clock.now()).toISOString(),
      sent: tally.sent,
      expected: tally.expected,
      received: tally.received + tally.repeated,
      connect_errors: connectErrors,
      disconnects,
      interrupted: this.stopped,
      ...(disturbances === undefined ? {} : { disturbances }),
      warnings: this.health.warnings(tally.sendLag),
    };
  }
}
