import { systemClock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { internalError } from "../http/listen.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { AdminThread } from "./admin-thread.ts";
import { bundleThread } from "./bundle.ts" with { type: "macro" };
import type { FromThread } from "./frames.ts";

const program = bundleThread();

/** While nobody asks, too: so old are the figures at most of a process that then has no time for anyone. */
const REFRESH_MS = 1000;
/** Before a thread that has died is followed by another one; doubled for each that does not live for long. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

export interface AdminPortOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  metrics: Metrics;
  /** Answers whatever is not `/metrics`. */
  answer: (request: Request) => Response;
  log: Logger;
  /** For tests: what the thread does instead. */
  program?: string;
}

/**
 * A port of its own thread, so that whoever scrapes `/metrics` is answered at once, also while the event loop of this
 * process is busy with thousands of sockets: then with figures that are a second older. A thread that dies takes nobody
 * else down, and another one takes the port.
 */
export class AdminPort {
  readonly port: number;
  private readonly program: string;
  private readonly refresher: Timer;
  private thread: AdminThread;
  /** Until another thread is started. */
  private pause: Timer | undefined;
  private bornAt = 0;
  private infantDeaths = 0;
  private isStopping = false;

  /** Throws `OperationError` when the port cannot be taken. */
  constructor(private readonly options: AdminPortOptions) {
    const source = new Blob([options.program ?? program], { type: "application/javascript" });
    this.program = URL.createObjectURL(source);
    this.thread = this.begin();
    try {
      this.port = this.thread.listen(options.host, options.port);
    } catch (error) {
      void this.thread.stop();
      throw error;
    }
    void this.tellFigures();
    this.refresher = setInterval(() => void this.tellFigures(), REFRESH_MS);
    this.refresher.unref();
  }

  /** Resolves when the port is free; a thread that does not stop in a second is ended. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.refresher);
    clearTimeout(this.pause);
    await this.thread.stop();
  }

  private begin(): AdminThread {
    this.bornAt = performance.now();
    const thread = new AdminThread(this.program, (frame) => void this.handle(frame));
    void thread.died.then((why) => this.replace(why));
    return thread;
  }

  private replace(why: string): void {
    if (this.isStopping) return; // One that was still to take the port could not.
    const isInfant = performance.now() - this.bornAt < LONGEST_PAUSE_MS;
    this.infantDeaths = isInfant ? this.infantDeaths + 1 : 0;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.infantDeaths);
    this.options.log.error("admin_port_died", { port: this.port, error: why, retry_ms: pause });
    this.pause = setTimeout(() => void this.beginAgain(), pause);
    this.pause.unref();
  }

  private async beginAgain(): Promise<void> {
    const { host, log } = this.options;
    this.thread = this.begin();
    try {
      await this.thread.listenMeanwhile(host, this.port);
      log.info("admin_port_back", { port: this.port });
    } catch (error) {
      void this.thread.stop();
      this.replace(messageOf(error));
    }
  }

  private async handle(frame: FromThread): Promise<void> {
    switch (frame.type) {
      case "figures":
        await this.tellFigures(frame.call);
        break;
      case "request":
        await this.answer(frame);
        break;
    }
  }

  /** `call`: which of the thread's calls asked for them, if one did. */
  private async tellFigures(call?: number): Promise<void> {
    const at = systemClock.now();
    this.thread.tell({ type: "figures", text: await this.options.metrics.text(), at, call });
  }

  private async answer({ call, method, url }: Extract<FromThread, { type: "request" }>): Promise<void> {
    let response: Response;
    try {
      response = this.options.answer(new Request(url, { method }));
    } catch (error) {
      response = internalError(error, this.options.log);
    }
    const { status, headers } = response;
    this.thread.tell({
      type: "answer",
      call,
      answer: { status, headers: [...headers.entries()], body: await response.text() },
    });
  }
}
