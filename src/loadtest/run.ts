import type { OpenSocket } from "../client/socket.ts";
import type { Clock } from "../lib/clock.ts";
import { dialects } from "../protocol/dialects.ts";
import { receivedRow, sentRow } from "../results/csv.ts";
import type { RunEnd } from "../results/run-meta.ts";
import type { Chatter } from "./chatter.ts";
import { Crowd } from "./crowd.ts";
import { FrameMemo } from "./frame-memo.ts";
import { Health } from "./health.ts";
import type { LoadOptions } from "./options.ts";
import { Pacer } from "./pacer.ts";
import { planClients, roomName } from "./plan.ts";
import type { Snapshot } from "./progress.ts";
import type { Recorder } from "./recorder.ts";
import { Tally } from "./tally.ts";

/** Sends that are overdue go out this many at a time, so that answers are read in between. */
const MAX_SENDS_PER_TURN = 500;
/** Dialects that do not greet: time for the server to put the last client into its room. */
const QUIET_MS = 250;
const POLL_MS = 10;

export interface RunParts {
  clock: Clock;
  openSocket: OpenSocket;
  /** Distinguishes this run's clients and rooms from those of any other. */
  runId: string;
  /** Where events go, if anywhere. */
  recorder: Pick<Recorder, "add"> | null;
  /** Everyone is in and sending starts; `startedAt` is in milliseconds since the epoch. */
  onStart: (startedAt: number) => void;
}

/** One load test: connect, send by plan, wait for the rest, leave. */
export class LoadRun {
  readonly tally = new Tally();
  readonly crowd: Crowd;
  readonly health = new Health();
  /** What the server complained of: how often, and the first time. */
  readonly complaints = { count: 0, first: "" };
  private readonly pacer: Pacer;
  private readonly memo: FrameMemo;
  private phase: Snapshot["phase"] = "connecting";
  private stopped = false;
  /** Milliseconds since the epoch at which sending started; 0 before. */
  startedAt = 0;
  private sentEver = 0;
  private receivedEver = 0;

  constructor(
    private readonly options: LoadOptions,
    private readonly parts: RunParts,
  ) {
    const plans = planClients(options, parts.runId);
    this.pacer = new Pacer(
      plans.map((plan) => plan.phase),
      options.interval,
      options.duration,
    );
    this.memo = new FrameMemo(dialects[options.dialect]);
    this.crowd = new Crowd(plans, (room) => roomName(parts.runId, room), {
      url: options.url,
      dialect: dialects[options.dialect],
      filler: "x".repeat(options.size),
      openSocket: parts.openSocket,
      onFrame: (chatter, frame) => this.receive(chatter, frame),
    });
  }

  /** Ends the test before its time: no more sends, a short wait for what is under way, everyone leaves. */
  stop(): void {
    this.stopped = true;
  }

  /** Resolves with how it ended, or with `null` when nobody could connect and so nothing was recorded. */
  async run(): Promise<RunEnd | null> {
    await this.crowd.bringIn(this.options.connectTimeout, () => this.stopped);
    if (this.crowd.present > 0 || this.stopped) {
      if (this.options.dialect !== "native" && !this.stopped) await Bun.sleep(QUIET_MS);
      // Whole milliseconds: the file tells the start in ISO 8601, and the warm-up is cut by it.
      this.startedAt = Math.ceil(this.parts.clock.now());
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
    return this.startedAt === 0 ? null : this.end();
  }

  /** Where the test stands now. */
  snapshot(): Snapshot {
    const { tally, crowd, options } = this;
    const passed = this.startedAt === 0 ? 0 : this.parts.clock.now() - this.startedAt;
    return {
      phase: this.phase,
      clients: crowd.chatters.length,
      connected: crowd.present,
      sent: this.sentEver,
      received: this.receivedEver,
      p50: tally.live.percentile(50),
      p99: tally.live.percentile(99),
      loss: tally.lossBefore(Math.floor(passed / 1000)),
      leftMs: Math.max(0, options.duration - passed),
      late: this.health.isLate(tally.sendLag),
    };
  }

  private async sendAll(): Promise<void> {
    const { clock } = this.parts;
    for (let k = 0; !this.stopped && this.crowd.present > 0; ) {
      const passed = clock.now() - this.startedAt;
      let planned = this.pacer.at(k);
      for (let turn = 0; planned !== null && planned.due <= passed && turn < MAX_SENDS_PER_TURN; turn++) {
        this.send(this.crowd.chatters[planned.client]!, planned.due);
        planned = this.pacer.at(++k);
      }
      if (planned === null && passed >= this.options.duration) return;
      const next = planned?.due ?? this.options.duration;
      await Bun.sleep(Math.max(0, Math.min(next - passed, POLL_MS)));
    }
  }

  private send(chatter: Chatter, due: number): void {
    const { tally } = this;
    if (!chatter.isIn) {
      tally.unsent++;
      return;
    }
    const now = this.parts.clock.now();
    const scheduledUs = Math.round((this.startedAt + due) * 1000);
    const sentUs = Math.round(now * 1000);
    const second = Math.floor(due / 1000);
    const counts = scheduledUs >= (this.startedAt + this.options.warmup) * 1000;
    const flight = tally.send(scheduledUs, sentUs, chatter.room.members, second, counts);
    chatter.flights.set(++chatter.sequence, flight);
    if (counts) chatter.firstCounted = Math.min(chatter.firstCounted, chatter.sequence);
    chatter.isActive = true;
    this.sentEver++;
    this.parts.recorder?.add(sentRow(chatter.sequence, chatter.id, sentUs, scheduledUs));
    chatter.send(new Date(now).toISOString());
  }

  private receive(receiver: Chatter, frame: string): void {
    const atUs = Math.round(this.parts.clock.now() * 1000);
    const { messages, errors } = this.memo.read(frame);
    if (errors.length > 0) this.complain(errors);
    for (const { sender: id, sequence } of messages) {
      const sender = this.crowd.find(id);
      if (sender === undefined || sequence > sender.sequence) {
        this.tally.foreign++;
        continue;
      }
      this.receivedEver++;
      receiver.isActive = true;
      this.parts.recorder?.add(receivedRow(sequence, id, receiver.id, atUs));
      const flight = sender.flights.get(sequence);
      if (flight === undefined) {
        if (sequence >= sender.firstCounted) this.tally.repeated++;
        continue;
      }
      this.tally.receive(flight, atUs);
      // What is complete is forgotten, so that memory holds what is under way and not the whole run.
      if (flight.missing === 0) sender.flights.delete(sequence);
    }
  }

  private complain(errors: readonly string[]): void {
    if (this.complaints.count === 0) this.complaints.first = errors[0]!;
    this.complaints.count += errors.length;
  }

  private async settle(): Promise<void> {
    const wait = this.stopped ? Math.min(this.options.settle, 2000) : this.options.settle;
    const deadline = performance.now() + wait;
    while (this.tally.outstanding > 0 && this.crowd.present > 0 && performance.now() < deadline) {
      await Bun.sleep(POLL_MS);
    }
  }

  private end(): RunEnd {
    const { tally, crowd } = this;
    return {
      ended_at: new Date(this.parts.clock.now()).toISOString(),
      sent: tally.sent,
      expected: tally.expected,
      received: tally.received + tally.repeated,
      connect_errors: crowd.connectErrors,
      disconnects: crowd.disconnects,
      interrupted: this.stopped,
      warnings: this.health.warnings(tally.sendLag),
    };
  }
}
