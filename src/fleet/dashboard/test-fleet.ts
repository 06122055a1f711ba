import { errorResponse, json } from "../../lib/http/answers.ts";
import { pageAssets } from "../../lib/http/page.ts";
import { bundlePage } from "../../lib/http/page-bundle.ts" with { type: "macro" };
import { type FleetSize, TestLoad } from "./test-load.ts";

const page = pageAssets(bundlePage("fleet/dashboard"));

/** Opens the fixture's doors for spawn and drain. */
export const TEST_TOKEN = "a-token-for-tests";

/** How the fixture refuses what its operator asks for. */
export type Refusal = { status: 403 | 404 | 409 | 503; problem: string };

/** A balancer's admin port with servers that do not exist: the page, the numbers each second, the two orders. */
export class TestFleet {
  readonly load: TestLoad;
  /** Answered to every order with the right token, while it is set. */
  refusal: Refusal | null = null;
  /** Whether `/stats` and `/events` answer 503. */
  isAway = false;
  /** Whether streams stay open and nothing comes on them. */
  isMute = false;
  private readonly streams = new Set<ReadableStreamDefaultController<string>>();
  private readonly server: Bun.Server<undefined>;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(size: FleetSize, port = 0) {
    this.load = new TestLoad(size);
    this.server = Bun.serve({
      ...{ hostname: "127.0.0.1", port, development: false, idleTimeout: 60 },
      fetch: (request) => this.answer(request),
    });
    this.timer = setInterval(() => this.tick(), 1000);
  }

  get port(): number {
    return this.server.port!;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** One second of the fleet's life. */
  tick(): void {
    const before = this.load.decisions.length;
    this.load.advance();
    for (const decision of this.load.decisions.slice(before))
      this.send("decision", decision, decision.number);
    this.send("stats", this.load.status());
  }

  /** Ends every stream, as a balancer that is started anew does. */
  cut(): void {
    for (const stream of this.streams) stream.close();
    this.streams.clear();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.cut();
    await this.server.stop(true);
  }

  private send(event: string, data: object, id?: number): void {
    if (this.isMute) return;
    for (const stream of this.streams) stream.enqueue(frame(event, data, id));
  }

  private answer(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url);
    if (request.method === "POST" || request.method === "DELETE") return this.obey(request, pathname);
    if (this.isAway && pathname !== "/") return errorResponse(503, "this balancer is stopping");
    if (pathname === "/stats") {
      const series = searchParams.get("series") === "1" ? { series: this.load.series() } : {};
      return json({ ...this.load.status(), ...series });
    }
    if (pathname === "/events") return this.stream();
    return (
      page(pathname, request.headers.get("if-none-match")) ?? errorResponse(404, "there is nothing here")
    );
  }

  private stream(): Response {
    let own: ReadableStreamDefaultController<string>;
    const body = new ReadableStream<string>({
      start: (controller) => {
        own = controller;
        // Browsers wait 3 to 5 s before they come again, tests do not.
        controller.enqueue("retry: 300\n\n");
        for (const decision of this.load.decisions.slice(-200)) {
          controller.enqueue(frame("decision", decision, decision.number));
        }
        this.streams.add(controller);
      },
      cancel: () => {
        this.streams.delete(own);
      },
    });
    return new Response(body.pipeThrough(new TextEncoderStream()), {
      headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
    });
  }

  private obey(request: Request, pathname: string): Response {
    const authorization = request.headers.get("authorization");
    if (authorization === null) return errorResponse(401, "this needs the admin token");
    if (authorization !== `Bearer ${TEST_TOKEN}`) return errorResponse(401, "this is not the admin token");
    if (this.refusal !== null) return errorResponse(this.refusal.status, this.refusal.problem);
    if (request.method === "POST" && pathname === "/servers") {
      return json({ reason: this.load.spawn("asked for by an operator") }, 202);
    }
    const id = decodeURIComponent(pathname.replace(/^\/servers\//, ""));
    if (!this.load.drain(id)) return errorResponse(404, `there is no server ${id}`);
    return json({ reason: `${id} is draining: asked for by an operator` }, 202);
  }
}

function frame(event: string, data: object, id?: number): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
