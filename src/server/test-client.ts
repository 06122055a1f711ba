import type { Broker } from "../broker/broker.ts";
import { MemoryBroker } from "../broker/memory/memory-broker.ts";
import { systemClock } from "../lib/clock.ts";
import { type Logger, silentLogger } from "../lib/log.ts";
import { seededRandom } from "../lib/random.ts";
import { until } from "../lib/test-until.ts";
import type { ServerFrame } from "../protocol/frames.ts";
import type { Authenticator } from "../protocol/grant.ts";
import { NATIVE_SUBPROTOCOL } from "../protocol/handshake.ts";
import { NO_LIMITS } from "./admission/limits.ts";
import type { ServerOptions } from "./options.ts";
import { type ChatServer, startServer } from "./server.ts";

export { until } from "../lib/test-until.ts";

// For tests: servers in this process, and clients that collect what they hear.

export interface TestServer extends ChatServer {
  readonly broker: Broker;
  /** `ws://127.0.0.1:port`. */
  readonly url: string;
}

/** A server on free ports. */
export function serve(
  options: Partial<ServerOptions> = {},
  parts: { broker?: Broker; log?: Logger; authenticator?: Authenticator } = {},
): TestServer {
  const all: ServerOptions = {
    host: "127.0.0.1",
    port: 0,
    adminHost: "127.0.0.1",
    adminPort: 0,
    history: 1000,
    maxPayload: 64 * 1024,
    backpressureLimit: 1024 * 1024,
    waitingLimit: 2 ** 30,
    cores: 1,
    batchWindow: 50,
    idleTimeout: 120_000,
    drainTo: null,
    debugTrace: null,
    ...NO_LIMITS,
    tls: null,
    id: null,
    drainTimeout: 5000,
    ...options,
  };
  const random = seededRandom(1);
  const broker = parts.broker ?? new MemoryBroker({ history: all.history }, systemClock, random);
  const { log = silentLogger, authenticator = null } = parts;
  const given = { broker, clock: systemClock, random, log, authenticator, version: "test" };
  const server = startServer(all, given);
  return { ...server, broker, url: `ws://127.0.0.1:${server.port}` };
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into frames of every kind.
export type Frame = Record<string, any>;

/** One WebSocket and everything that came over it. */
export class TestClient {
  /** Frames in the order they came; batches are taken apart. */
  readonly frames: Frame[] = [];
  closed: { code: number; reason: string } | null = null;
  isOpen = false;
  readonly socket: WebSocket;

  constructor(url: string, subprotocols: string[] = []) {
    this.socket = new WebSocket(url, { protocols: subprotocols, perMessageDeflate: false });
    this.socket.onopen = () => {
      this.isOpen = true;
    };
    this.socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data as string) as Frame | Frame[];
      this.frames.push(...(Array.isArray(frame) ? frame : [frame]));
    };
    this.socket.onerror = () => {};
    this.socket.onclose = ({ code, reason }) => {
      this.closed = { code, reason };
    };
  }

  send(frame: object | string): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** Sends a native message. */
  say(messageId: number | string, text = `text ${messageId}`): void {
    this.send({ type: "message", message_id: messageId, text });
  }

  of(type: ServerFrame["type"]): Frame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  get texts(): string[] {
    return this.of("message").map(({ text }) => text);
  }

  get offsets(): number[] {
    return this.of("message").map(({ offset }) => offset);
  }

  /** Waits for frame number `count` (from 1) that `fits`. */
  async frame(fits: (frame: Frame) => boolean, what = "a frame", count = 1): Promise<Frame> {
    const fitting = () => this.frames.filter(fits)[count - 1];
    return until(() => {
      const frame = fitting();
      if (frame === undefined && this.closed !== null) {
        throw new Error(`closed with ${this.closed.code} before ${what} came`);
      }
      return frame;
    }, what);
  }

  async first(type: ServerFrame["type"], count = 1): Promise<Frame> {
    return this.frame((frame) => frame.type === type, `${type} number ${count}`, count);
  }

  async ended(): Promise<{ code: number; reason: string }> {
    return until(() => this.closed, "the close");
  }

  async close(): Promise<void> {
    this.socket.close(1000);
    await this.ended();
  }
}

/** A client of the native dialect, in the room. */
export async function join(
  { url }: { url: string },
  room: string,
  query: Record<string, string> = {},
): Promise<TestClient & { welcome: Frame }> {
  const client = connect({ url }, room, query);
  return Object.assign(client, { welcome: await client.first("welcome") });
}

/** As `join`, without waiting for anything. */
export function connect(
  { url }: { url: string },
  room: string,
  query: Record<string, string> = {},
): TestClient {
  const search = new URLSearchParams(query);
  return new TestClient(`${url}/ws/${encodeURIComponent(room)}?${search}`, [NATIVE_SUBPROTOCOL]);
}

/** A client of the plain dialect which is certainly in its room: it has heard itself. */
export async function joinPlain({ url }: { url: string }, path: string): Promise<TestClient> {
  const client = new TestClient(`${url}${path}`);
  await until(() => client.isOpen, "the plain client to connect");
  client.send({ text: "here I am", message_id: "hello" });
  await client.frame(({ message_id }) => message_id === "hello", "its own first message");
  client.frames.length = 0;
  return client;
}

/** A client of the register dialect which is certainly in its room. */
export async function joinRegister({ url }: { url: string }, room: string): Promise<TestClient> {
  const client = new TestClient(`${url}/`);
  await client.first("welcome");
  client.send({ type: "register", payload: { chatId: room } });
  client.send({ type: "chat", payload: { message: "here I am" } });
  await client.frame(({ message }) => message === "here I am", "its own first message");
  client.frames.length = 0;
  return client;
}

/** The whole numbers `from` to `to`, both included. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
