import type { Random } from "../lib/random.ts";
import { closeRuleOf } from "../protocol/close-codes.ts";
import { reconnectDelay } from "./backoff.ts";
import { cut, sayGoodbye } from "./goodbye.ts";
import type { ClientSocket } from "./socket.ts";

export interface LinkOptions {
  /** Opens a socket to where the client wants to be now; asked anew for each try. */
  open: () => ClientSocket;
  random: Random;
}

export interface LinkListener {
  onFrame(frame: string): void;
  /** No connection; tries again by itself after `retryMs`. */
  onLost(reason: string, retryMs: number): void;
  /** The other side does not want this client back. */
  onRefused(reason: string, code: number): void;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** One socket after the other: opens, reopens with jitter when it is lost, and closes politely. */
export class Link {
  private socket: ClientSocket | null = null;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly options: LinkOptions,
    private readonly listener: LinkListener,
  ) {}

  open(): void {
    const socket = this.options.open();
    this.socket = socket;
    this.schedule(CONNECT_TIMEOUT_MS, () => this.lost(socket, 1006, "no answer"));
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (typeof data === "string" && this.socket === socket) this.listener.onFrame(data);
    };
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => this.lost(socket, code, reason);
    // A close event always follows, and tells more.
    socket.onerror = () => {};
  }

  /** The other side has welcomed this client: the next loss starts from a short wait again. */
  established(): void {
    this.cancelTimer();
    this.attempt = 0;
  }

  send(frame: string): void {
    this.socket?.send(frame);
  }

  /** Drops the socket for a new one, without waiting. */
  reopen(): void {
    void this.close();
    this.open();
  }

  /** Closes the socket and opens no other. Resolves when the other side knows, or does not answer. */
  async close(): Promise<void> {
    this.cancelTimer();
    const { socket } = this;
    this.socket = null;
    if (socket !== null) await sayGoodbye(socket);
  }

  private lost(socket: ClientSocket, code: number, reason: string): void {
    if (this.socket !== socket) return;
    this.socket = null;
    this.cancelTimer();
    cut(socket);
    const rule = closeRuleOf(code);
    if (!rule.reconnect) {
      this.listener.onRefused(reason || `closed with code ${code}`, code);
      return;
    }
    const delay = reconnectDelay(this.attempt++, this.options.random, rule.spreadMs);
    this.schedule(delay, () => this.open());
    this.listener.onLost(reason || "connection lost", delay);
  }

  private schedule(ms: number, action: () => void): void {
    this.cancelTimer();
    this.timer = setTimeout(action, ms);
  }

  private cancelTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
