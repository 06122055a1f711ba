import { listen } from "../http/listen.ts";
import { type FromThread, OUTCOME, type ToThread } from "./frames.ts";

/** A thread that does not start: something is wrong with the machine. */
const START_MS = 10_000;
/** One that does not say that it has stopped hangs, and is ended. */
const STOP_MS = 1000;
/** One that does not even end then is left to the end of the process. */
const END_MS = 5000;

/** The thread of an admin port, from its start to its end, of whichever kind. */
export class AdminThread {
  /** Resolves with the reason when it has ended without having been told to. */
  readonly died: Promise<string>;
  private readonly worker: Worker;
  private isStopping = false;
  /** It has stopped listening, as it was told to. */
  private readonly stopped = Promise.withResolvers<void>();
  /** It has ended, in whichever way, and holds nothing any more. */
  private readonly closed = Promise.withResolvers<void>();

  /** `program` is its address; `onFrame` hears what it asks. */
  constructor(program: string, onFrame: (frame: FromThread) => void) {
    const { promise, resolve } = Promise.withResolvers<string>();
    const died = (why: string) => {
      if (!this.isStopping) resolve(why);
    };
    this.died = promise;
    this.worker = new Worker(program, { smol: true, name: "admin port" });
    this.worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
      if (data.type === "stopped") this.stopped.resolve();
      else onFrame(data);
    };
    this.worker.onerror = ({ message }) => died(reasonIn(message));
    this.worker.addEventListener("close", ({ code }) => {
      this.closed.resolve();
      died(`it ended with code ${code}`);
    });
    // It ends with the process and does not keep it.
    this.worker.unref();
  }

  /** Has it listen, and stands still until it does: who starts a server wants to know its ports. Throws `OperationError`. */
  listen(host: string, port: number): number {
    const result = this.tellToListen(host, port);
    return outcomeOf(result, host, port, Atomics.wait(result, OUTCOME.port, 0, START_MS));
  }

  /** As `listen`, while this thread goes on. */
  async listenMeanwhile(host: string, port: number): Promise<number> {
    const result = this.tellToListen(host, port);
    const { value } = Atomics.waitAsync(result, OUTCOME.port, 0, START_MS);
    return outcomeOf(result, host, port, await value);
  }

  tell(frame: ToThread): void {
    this.worker.postMessage(frame);
  }

  /** Resolves when it has ended and its port is free, or when it does not even end. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.tell({ type: "stop" });
    await within(STOP_MS, Promise.race([this.stopped.promise, this.closed.promise]));
    this.worker.terminate();
    // That only begins its end: until then it holds its port.
    await within(END_MS, this.closed.promise);
  }

  private tellToListen(hostname: string, port: number): Int32Array<SharedArrayBuffer> {
    const outcome = new SharedArrayBuffer(OUTCOME.bytes);
    this.tell({ type: "listen", hostname, port, outcome });
    return new Int32Array(outcome, 0, 2);
  }
}

/** The port that was taken. Throws `OperationError` when there is none. */
function outcomeOf(
  result: Int32Array<SharedArrayBuffer>,
  host: string,
  port: number,
  waited: "ok" | "not-equal" | "timed-out",
): number {
  return listen(host, port, "--admin-port", () => {
    if (waited === "timed-out") throw new Error("its thread does not start");
    if (result[OUTCOME.port]! > 0) return result[OUTCOME.port]!;
    const code = new Uint8Array(result.buffer, OUTCOME.code, result[OUTCOME.codeLength]).slice();
    throw Object.assign(new Error("the port cannot be taken"), { code: new TextDecoder().decode(code) });
  });
}

/** Waits for this, but not for longer. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([promise, late.promise]);
  clearTimeout(timer);
}

/** Bun shows the lines of the program around the error. */
function reasonIn(message: string): string {
  return /^error: (.*)$/m.exec(message)?.[1] ?? message;
}
