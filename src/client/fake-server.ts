import type { ServerWebSocket } from "bun";
import { until } from "../lib/test-until.ts";
import type { ServerFrame, WelcomeFrame } from "../protocol/frames.ts";
import { NATIVE_SUBPROTOCOL } from "../protocol/handshake.ts";

/** What a client asked for on connecting, and what it said since then. */
export class Guest {
  socket!: ServerWebSocket<Guest>;
  readonly said: Array<{ type: string; message_id?: number; text?: string }> = [];
  closed: number | null = null;

  constructor(readonly query: URLSearchParams) {}

  say(...frames: ServerFrame[]): void {
    for (const frame of frames) this.socket.send(JSON.stringify(frame));
  }

  welcome(fields: Partial<WelcomeFrame> = {}): void {
    const limits = { max_payload: 65_536, history: 1000 };
    const who = { connection_id: "c", server_id: "s", room: "r", name: "n", limits };
    const where = { epoch: "one", offset: 0, replay: 0, recovered: false };
    this.say({ type: "welcome", ...who, ...where, ...fields });
  }

  /** The messages from one offset to another. */
  bring(from: number, to = from): void {
    for (let offset = from; offset <= to; offset++) {
      const content = { message_id: offset, sender: "x", text: `${offset}`, room: "r" };
      this.say({ type: "message", offset, sent_at: "2026-01-31T12:00:00.000Z", ...content });
    }
  }
}

/** For tests: a server that says what it is told to say, and nothing else. */
export class FakeServer {
  readonly guests: Guest[] = [];
  /** Answers handshakes with 503. */
  isFull = false;
  private readonly server = Bun.serve<Guest>({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) => {
      if (this.isFull) return new Response(null, { status: 503 });
      const data = new Guest(new URL(request.url).searchParams);
      server.upgrade(request, { data, headers: { "sec-websocket-protocol": NATIVE_SUBPROTOCOL } });
      return undefined;
    },
    websocket: {
      data: {} as Guest,
      open: (socket) => {
        socket.data.socket = socket;
        this.guests.push(socket.data);
      },
      message({ data: guest }, frame) {
        guest.said.push(JSON.parse(String(frame)));
      },
      close({ data: guest }, code) {
        guest.closed = code;
      },
    },
  });

  get url(): string {
    return `ws://127.0.0.1:${this.server.port}`;
  }

  /** Guest number `number`, from 1. */
  guest(number = 1): Promise<Guest> {
    return until(() => this.guests[number - 1], `guest ${number}`);
  }

  stop(): Promise<void> {
    return this.server.stop(true);
  }
}
