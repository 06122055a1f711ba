import { systemClock } from "../clock.ts";
import { systemCode } from "../errors.ts";
import { refuseMethod, routed } from "../http/answers.ts";
import { HTTP_DEFAULTS } from "../http/listen.ts";
import { metricsResponse } from "../metrics/route.ts";
import { Asked } from "./asked.ts";
import { type Answer, type FromThread, OUTCOME, type ToThread } from "./frames.ts";

// The thread of an admin port. It answers `/metrics` by itself, with what the process has told last where that is too
// busy to tell something newer; everything else it has the process answer. Bundled by `bundle.ts`.

/** A process that has not told anything newer by then is busy. */
const PATIENCE_MS = 10;

declare const self: Worker;

const answers = new Asked<Answer>();
/** Those who wait for newer figures. What the process tells unasked is no answer: it may be from before they asked. */
const newer = new Asked<void>();
let server: Bun.Server<undefined> | null = null;
let figures = { text: "", at: 0 };

self.onmessage = ({ data: frame }: MessageEvent<ToThread>) => {
  switch (frame.type) {
    case "listen":
      listen(frame);
      break;
    case "figures":
      figures = frame;
      if (frame.call !== undefined) newer.resolve(frame.call);
      break;
    case "answer":
      answers.resolve(frame.call, frame.answer);
      break;
    case "stop":
      void (server?.stop(true) ?? Promise.resolve()).then(() => tell({ type: "stopped" }));
      break;
  }
};

function listen({ hostname, port, outcome }: Extract<ToThread, { type: "listen" }>): void {
  const result = new Int32Array(outcome, 0, 2);
  try {
    server = Bun.serve({ hostname, port, ...HTTP_DEFAULTS, fetch: (request) => handle(request) });
    Atomics.store(result, OUTCOME.port, server.port!);
  } catch (error) {
    const code = new TextEncoder().encode(systemCode(error) ?? "");
    new Uint8Array(outcome, OUTCOME.code).set(code.slice(0, OUTCOME.bytes - OUTCOME.code));
    Atomics.store(result, OUTCOME.codeLength, code.length);
    Atomics.store(result, OUTCOME.port, -1);
  }
  Atomics.notify(result, OUTCOME.port);
}

async function handle(request: Request): Promise<Response> {
  return routed(request, (url) =>
    url.pathname === "/metrics" ? (refuseMethod(request) ?? metrics()) : askProcess(request, url),
  );
}

async function askProcess(request: Request, url: URL): Promise<Response> {
  const { status, headers, body } = await answers.ask((call) =>
    tell({ type: "request", call, method: request.method, url: url.href }),
  );
  return new Response(body, { status, headers });
}

async function metrics(): Promise<Response> {
  await Promise.race([newer.ask((call) => tell({ type: "figures", call })), Bun.sleep(PATIENCE_MS)]);
  return metricsResponse(figures.text + ageOf(figures.at));
}

function ageOf(at: number): string {
  const seconds = (systemClock.now() - at) / 1000;
  return `
# HELP scale_chat_figures_age_seconds Age of these figures: how long the process has been too busy to tell newer ones.
# TYPE scale_chat_figures_age_seconds gauge
scale_chat_figures_age_seconds ${Math.max(0, seconds).toFixed(6)}
`;
}

function tell(frame: FromThread): void {
  self.postMessage(frame);
}
