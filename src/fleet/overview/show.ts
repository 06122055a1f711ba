import { OperationError } from "../../lib/errors.ts";
import type { Shutdown } from "../../lib/shutdown.ts";
import { askFleet } from "./ask.ts";
import { renderFleet } from "./table.ts";
import { jsonLine, ScreenView, StreamView, timedBlock, type View } from "./view.ts";

const EVERY_MS = 1000;

export interface OverviewOptions {
  /** Of a balancer's admin port, `http://host:port`. */
  url: string;
  /** The answer of `/stats` instead of a table. */
  json: boolean;
}

export interface OverviewIo {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** Prints the fleet once. Throws `OperationError` when there is none. */
export async function showFleet({ url, json }: OverviewOptions, { stdout }: OverviewIo): Promise<number> {
  const answer = await askFleet(url);
  stdout.write(json ? jsonLine(answer) : renderFleet(answer.status));
  return 0;
}

/**
 * Shows the fleet once a second, until a signal or a reader who has seen enough ends it. Throws `OperationError` when
 * there is none at first; one that goes later is waited for.
 */
export async function watchFleet(
  { url, json }: OverviewOptions,
  io: OverviewIo,
  shutdown: Pick<Shutdown, "requested">,
): Promise<number> {
  const stop = new AbortController();
  const end = () => stop.abort();
  void shutdown.requested.then(end);
  io.stdout.on("error", end);
  let view: View | null = null;
  let problem: string | null = null;
  try {
    while (!stop.signal.aborted) {
      const next = elapsed(EVERY_MS, stop.signal);
      try {
        const answer = await askFleet(url, stop.signal);
        view ??= openView(json, io);
        view.show(answer);
        problem = null;
      } catch (error) {
        if (stop.signal.aborted) break;
        if (view === null || !(error instanceof OperationError)) throw error;
        // Once, however long it lasts.
        if (error.message !== problem) view.complain(error.message);
        problem = error.message;
      }
      await next;
    }
  } finally {
    // Also the timer, which would keep the program waiting.
    end();
    view?.close();
    io.stdout.off("error", end);
  }
  return 0;
}

function openView(json: boolean, { stdout, stderr }: OverviewIo): View {
  if (stdout.isTTY && !json) return new ScreenView(stdout);
  return new StreamView(json ? jsonLine : timedBlock, stdout, stderr);
}

/** Resolves after the time, or when it is no use to wait. */
function elapsed(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stopped.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
