import type { Connection, ConnectionListener, RoomMessage } from "../client/connection.ts";
import { Changes } from "../lib/changes.ts";
import { systemCode } from "../lib/errors.ts";
import { excerpt, sanitise } from "../lib/sanitise.ts";
import type { Shutdown } from "../lib/shutdown.ts";
import type { ErrorFrame, GapFrame, WelcomeFrame } from "../protocol/frames.ts";
import type { MessageId } from "../protocol/message.ts";
import type { Place, TerminalIo } from "./io.ts";
import { connectionTo, refusedJoin } from "./join.ts";
import { LineSplitter } from "./line-splitter.ts";
import type { MessageLine } from "./message-lines.ts";
import { endNotice, gapNotice, lostNotice, RECOVERED_NOTICE, stayNotice, unsentNotice } from "./notices.ts";
import { checkOutgoing } from "./outgoing.ts";

/** Reading pauses while this many messages wait for their acknowledgement. */
const MAX_IN_FLIGHT = 500;
/** How long to wait, when all is acknowledged, for the last messages to come back. */
const LAST_MESSAGES_MS = 1000;
/** How long a signal lets what is on its way be acknowledged. */
const LEAVE_MS = 2000;

type PipedIo = Pick<TerminalIo, "random" | "stdin" | "stdout" | "stderr">;

/**
 * Chat for scripts: each line of stdin is sent, each message of the room is a line of stdout, everything else
 * goes to stderr. Ends when stdin does, once all is acknowledged, with exit code 0; with 1 when a line was
 * refused. Throws `OperationError` when the room cannot be joined to begin with.
 */
export function runPiped(place: Place, line: MessageLine, io: PipedIo, shutdown: Shutdown): Promise<number> {
  return new PipedChat(place, line, io).run(shutdown);
}

class PipedChat implements ConnectionListener {
  private readonly connection: Connection;
  private readonly changes = new Changes();
  /** Sent, but not seen in the room yet. */
  private readonly awaited = new Set<MessageId>();
  private welcomed: WelcomeFrame | null = null;
  /** Messages of the past that are still to come. */
  private replay = 0;
  /** Why not to go on: there is nobody to read from or to write to any more. */
  private stopped: "refused" | "signal" | "reader gone" | "ended by server" | null = null;
  private away = false;
  private failed = false;
  private leaving = false;

  constructor(
    private readonly place: Place,
    private readonly line: MessageLine,
    private readonly io: PipedIo,
  ) {
    this.connection = connectionTo(place, "none", io.random, this);
  }

  async run(shutdown: Shutdown): Promise<number> {
    void shutdown.requested.then(() => this.stop("signal"));
    const onError = (error: unknown) => this.outputFailed(error);
    this.io.stdout.on("error", onError);
    try {
      this.connection.connect();
      await this.changes.until(() => this.welcomed !== null || this.stopped !== null);
      if (this.stopped === "refused") {
        // Before asking why: it would go on trying meanwhile.
        await this.connection.close();
        throw await refusedJoin(this.place);
      }
      if (this.stopped === null) await this.sendLines();
      await this.settle();
      return this.failed ? 1 : 0;
    } finally {
      this.leaving = true;
      await this.connection.close();
      this.io.stdin.destroy();
      this.io.stdout.off("error", onError);
    }
  }

  onOnline(welcome: WelcomeFrame, again: boolean): void {
    this.away = false;
    this.welcomed = welcome;
    if (!again) this.replay = welcome.replay;
    else if (welcome.recovered) this.tell(RECOVERED_NOTICE);
    this.changes.notify();
  }

  onMoved(welcome: WelcomeFrame): void {
    this.welcomed = welcome;
  }

  onStay(why: string): void {
    this.tell(stayNotice(why));
  }

  onOffline(reason: string, retryMs: number): void {
    if (this.welcomed === null) this.stop("refused");
    else if (!this.away) this.tell(lostNotice(reason, retryMs));
    this.away = true;
  }

  onEnd(reason: string): void {
    if (this.leaving) return;
    if (this.welcomed === null) {
      this.stop("refused");
    } else {
      this.failed = true;
      this.tell(endNotice(reason));
      this.stop("ended by server");
    }
  }

  onMessage(message: RoomMessage): void {
    if (message.history) this.replay--;
    if (message.own) this.awaited.delete(message.messageId);
    if (this.stopped !== "reader gone") this.io.stdout.write(`${this.line(message, this.place.room)}\n`);
    this.changes.notify();
  }

  onAck(): void {
    this.changes.notify();
  }

  onGap(gap: GapFrame): void {
    this.tell(gapNotice(gap));
    // They may be among those that nobody will see; what is sent again comes back after this.
    if (this.connection.unacked === 0) this.awaited.clear();
    this.replay = 0;
  }

  onPresence(): void {}

  onError(error: ErrorFrame, text: string | null): void {
    if (error.retryable) return;
    this.refuse(error.message, text);
    if (error.message_id !== undefined) this.awaited.delete(error.message_id);
    this.changes.notify();
  }

  private async sendLines(): Promise<void> {
    const { stdin } = this.io;
    const splitter = new LineSplitter(this.welcomed!.limits.max_payload);
    stdin.setEncoding("utf8");
    try {
      for await (const chunk of stdin) await this.send(splitter.push(chunk as string));
      await this.send(splitter.end());
    } catch (error) {
      // Stopping destroys stdin, which is the only way out of a read that waits.
      if (this.stopped === null) throw error;
    }
  }

  private async send(lines: string[]): Promise<void> {
    for (const text of lines) {
      if (this.connection.unacked >= MAX_IN_FLIGHT) {
        await this.changes.until(() => this.connection.unacked < MAX_IN_FLIGHT || this.stopped !== null);
      }
      if (this.stopped !== null) {
        // Who left did not ask for these lines to be sent; a reader that went away says nothing of them.
        if (this.stopped === "reader gone") this.failed = true;
        return;
      }
      if (text === "") continue;
      const problem = checkOutgoing(text, this.welcomed!.limits.max_payload);
      if (problem === null) this.awaited.add(this.connection.send(text));
      else this.refuse(problem, text);
    }
  }

  /** Waits for what is on its way: for as long as it takes, or only for a moment when something stopped this. */
  private async settle(): Promise<void> {
    const acknowledged = () => this.connection.unacked === 0;
    if (this.stopped === null) await this.changes.until(() => acknowledged() || this.stopped !== null);
    if (this.stopped === "signal") await this.changes.until(acknowledged, LEAVE_MS);
    if (this.stopped === null) {
      await this.changes.until(() => this.awaited.size === 0 && this.replay <= 0, LAST_MESSAGES_MS);
    }
    if (acknowledged() || this.stopped === "reader gone") return;
    this.failed = true;
    this.tell(unsentNotice(this.connection.unacked));
  }

  private stop(why: NonNullable<PipedChat["stopped"]>): void {
    this.stopped ??= why;
    this.io.stdin.destroy();
    this.changes.notify();
  }

  private outputFailed(error: unknown): void {
    // The reader has what it wanted (`| head -1`): nothing to complain about.
    if (systemCode(error) !== "EPIPE") {
      this.failed = true;
      this.tell(`cannot write: ${String(error)}`);
    }
    this.stop("reader gone");
  }

  private refuse(problem: string, text: string | null): void {
    this.failed = true;
    this.tell(text === null ? problem : `not sent: ${excerpt(text)}: ${problem}`);
  }

  private tell(notice: string): void {
    this.io.stderr.write(`scale-chat: ${sanitise(notice)}\n`);
  }
}
