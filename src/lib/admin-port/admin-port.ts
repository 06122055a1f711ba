import { internalError, listen } from "../http/listen.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { bundleThread } from "./bundle.ts" with { type: "macro" };
import { type FromThread, OUTCOME, type ToThread } from "./frames.ts";

const program = bundleThread();

/** While nobody asks, too: so old are the figures at most of a process that then has no time for anyone. */
const REFRESH_MS = 1000;
/** A thread that does not start: something is wrong with the machine. */
const START_MS = 10_000;

export interface AdminPortOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  metrics: Metrics;
  /** Answers whatever is not `/metrics`. */
  answer: (request: Request) => Response;
  log: Logger;
}

/**
 * A port of its own thread, so that whoever scrapes `/metrics` is answered at once, also while the event loop of this
 * process is busy with thousands of sockets: then with figures that are a second older.
 */
export class AdminPort {
  readonly port: number;
  private readonly thread: Worker;
  private readonly refresher: Timer;
  private readonly stopped = Promise.withResolvers<void>();

  /** Throws `OperationError` when the port cannot be taken. */
  constructor(private readonly options: AdminPortOptions) {
    const source = URL.createObjectURL(new Blob([program], { type: "application/javascript" }));
    this.thread = new Worker(source, { smol: true, name: "admin port" });
    this.thread.onmessage = ({ data }: MessageEvent<FromThread>) => void this.handle(data);
    // Whatever it ended of: nobody waits for a thread that is gone.
    this.thread.addEventListener("close", () => this.stopped.resolve());
    // It ends with the process and does not keep it.
    this.thread.unref();
    try {
      this.port = this.listen();
    } catch (error) {
      this.thread.terminate();
      throw error;
    }
    void this.tellFigures();
    this.refresher = setInterval(() => void this.tellFigures(), REFRESH_MS);
    this.refresher.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.refresher);
    this.tell({ type: "stop" });
    await this.stopped.promise;
    this.thread.terminate();
  }

  /** Stands still until the thread listens, or cannot: who starts a server wants to know its ports. */
  private listen(): number {
    const { host, port } = this.options;
    const outcome = new SharedArrayBuffer(OUTCOME.bytes);
    const result = new Int32Array(outcome, 0, 2);
    this.tell({ type: "listen", hostname: host, port, outcome });
    return listen(host, port, "--admin-port", () => {
      if (Atomics.wait(result, OUTCOME.port, 0, START_MS) === "timed-out")
        throw new Error("its thread does not start");
      if (result[OUTCOME.port]! > 0) return result[OUTCOME.port]!;
      const code = new Uint8Array(outcome, OUTCOME.code, result[OUTCOME.codeLength]).slice();
      throw Object.assign(new Error("the port cannot be taken"), { code: new TextDecoder().decode(code) });
    });
  }

  private async handle(frame: FromThread): Promise<void> {
    switch (frame.type) {
      case "figures":
        await this.tellFigures();
        break;
      case "request":
        await this.answer(frame);
        break;
      case "stopped":
        this.stopped.resolve();
        break;
    }
  }

  private async tellFigures(): Promise<void> {
    const at = performance.timeOrigin + performance.now();
    this.tell({ type: "figures", text: await this.options.metrics.text(), at });
  }

  private async answer({ call, method, url }: Extract<FromThread, { type: "request" }>): Promise<void> {
    let response: Response;
    try {
      response = this.options.answer(new Request(url, { method }));
    } catch (error) {
      response = internalError(error, this.options.log);
    }
    const { status, headers } = response;
    this.tell({
      type: "answer",
      call,
      answer: { status, headers: [...headers.entries()], body: await response.text() },
    });
  }

  private tell(frame: ToThread): void {
    this.thread.postMessage(frame);
  }
}
