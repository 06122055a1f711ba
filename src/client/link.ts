import type { Random } from "../lib/random.ts";
import { closeRuleOf, standardCodes } from "../protocol/close-codes.ts";
import { PING_FRAME } from "../protocol/native.ts";
import { reconnectDelay } from "./backoff.ts";
import { cut, sayGoodbye } from "./goodbye.ts";
import { Heartbeat, type HeartbeatActions, type HeartbeatTimes } from "./heartbeat.ts";
import type { ClientSocket, SocketClose } from "./socket.ts";

/** Who stays connected by a link: what the link asks it, and tells it. */
export interface LinkOwner {
  /** Opens a socket to where the client wants to be now; asked anew for each try. */
  openSocket(): ClientSocket;
  /** A socket that has not brought a welcome by then is given up for another one, milliseconds. */
  readonly answerWithinMs: number;
  /** Whether the client would come with another token than before. */
  readonly hasNewToken: boolean;
  onFrame(frame: string): void;
  /** A frame of the socket that may take the place of the one in use, by `switchOver`. */
  onNextFrame(frame: string): void;
  /** That socket was lost, or could not be opened; the one in use stays so. */
  onNextLost(): void;
  /**
   * No connection; tries again by itself after `retryMs`. With 0 it is trying already: the socket that was to take
   * the place of this one.
   */
  onLost(reason: string, retryMs: number, code: number): void;
  /** The other side does not want this client back. */
  onRefused(reason: string, code: number): void;
}

type Timer = ReturnType<typeof setTimeout>;

/** A close event always follows an error, and tells more. */
const ignored = () => {};

/**
 * One socket after the other: opens, reopens with jitter when it is lost, and closes politely. The next one can be
 * opened while there still is one, and takes its place when it is wanted or needed.
 */
export class Link implements HeartbeatActions {
  private socket: ClientSocket | null = null;
  /** Until the socket answers, or until the next try. */
  private timer: Timer | null = null;
  private next: ClientSocket | null = null;
  private nextTimer: Timer | null = null;
  private attempt = 0;
  private readonly heartbeat: Heartbeat | null;

  /** `heartbeat`: `null` where that nobody is there any more is noticed when TCP notices it. */
  constructor(
    private readonly owner: LinkOwner,
    private readonly random: Random,
    heartbeat: HeartbeatTimes | null,
  ) {
    this.heartbeat = heartbeat === null ? null : new Heartbeat(heartbeat, this);
  }

  /** A socket is being opened beside the one in use. */
  get isPreparing(): boolean {
    return this.next !== null;
  }

  open(): void {
    this.cancelTimer();
    const socket = this.begin(this.owner.openSocket());
    this.socket = socket;
    this.timer = this.timeLimit(socket);
  }

  /** Opens a socket beside the one in use, which stays in use; when that fails nothing has changed. */
  prepare(open: () => ClientSocket): void {
    this.dropNext();
    try {
      this.next = this.begin(open());
      this.nextTimer = this.timeLimit(this.next);
    } catch {
      // An address that this world does not connect to.
      this.owner.onNextLost();
    }
  }

  /** Goes on with the prepared socket, and closes the one before. */
  switchOver(): void {
    const { socket } = this;
    this.takeNext();
    if (socket !== null) void sayGoodbye(socket);
  }

  /** Gives up the prepared socket. */
  dropNext(): void {
    if (this.nextTimer !== null) clearTimeout(this.nextTimer);
    this.nextTimer = null;
    if (this.next !== null) cut(this.next);
    this.next = null;
  }

  /** The other side has welcomed this client: the next loss starts from a short wait again. */
  established(): void {
    this.cancelTimer();
    this.attempt = 0;
    this.heartbeat?.start();
  }

  /** The other side said what only means something as the answer to a ping: was one unanswered? */
  answered(): boolean {
    return this.heartbeat?.answered() ?? false;
  }

  send(frame: string): void {
    this.socket?.send(frame);
  }

  ping(): void {
    this.send(PING_FRAME);
  }

  /** Drops the socket for a new one, without waiting. */
  reopen(): void {
    void this.close();
    this.open();
  }

  /** Closes the socket and opens no other. Resolves when the other side knows, or does not answer. */
  async close(): Promise<void> {
    this.cancelTimer();
    this.dropNext();
    const { socket } = this;
    this.socket = null;
    if (socket !== null) await sayGoodbye(socket);
  }

  private begin(socket: ClientSocket): ClientSocket {
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (typeof data !== "string") return;
      if (this.socket === socket) {
        this.heartbeat?.heard();
        this.owner.onFrame(data);
      } else if (this.next === socket) this.owner.onNextFrame(data);
    };
    socket.onclose = (event: SocketClose) => this.lost(socket, event);
    socket.onerror = ignored;
    return socket;
  }

  private lost(socket: ClientSocket, { code, reason, retryAfterMs = 0 }: SocketClose): void {
    if (this.next === socket) {
      this.dropNext();
      this.owner.onNextLost();
    }
    if (this.socket !== socket) return;
    this.socket = null;
    this.cancelTimer();
    cut(socket);
    const rule = closeRuleOf(code);
    const mayReturn = rule.reconnect === "with a new token" ? this.owner.hasNewToken : rule.reconnect;
    if (!mayReturn) {
      this.dropNext();
      this.owner.onRefused(reason || `closed with code ${code}`, code);
      return;
    }
    let delay = 0;
    if (this.next !== null) {
      this.takeNext();
    } else {
      delay = retryAfterMs + reconnectDelay(this.attempt++, this.random, rule.spreadMs);
      this.timer = setTimeout(() => this.open(), delay);
    }
    this.owner.onLost(reason || "connection lost", delay, code);
  }

  private takeNext(): void {
    this.cancelTimer();
    this.socket = this.next;
    this.timer = this.nextTimer;
    this.next = null;
    this.nextTimer = null;
  }

  private timeLimit(socket: ClientSocket): Timer {
    const event = { code: standardCodes.lost, reason: "no answer" };
    return setTimeout(() => this.lost(socket, event), this.owner.answerWithinMs);
  }

  onDead(): void {
    const event = { code: standardCodes.lost, reason: "the server has fallen silent" };
    if (this.socket !== null) this.lost(this.socket, event);
  }

  /** Nothing is waited for: neither for an answer nor for the next try, nor for the next sign of life. */
  private cancelTimer(): void {
    this.heartbeat?.stop();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
