import { afterEach, beforeEach, expect, test } from "bun:test";
import { MemoryBroker } from "../broker/memory/memory-broker.ts";
import { systemClock } from "../lib/clock.ts";
import { silentLogger } from "../lib/log.ts";
import { seededRandom } from "../lib/random.ts";
import { Shutdown } from "../lib/shutdown.ts";
import { until } from "../lib/test-until.ts";
import { NO_LIMITS } from "../server/admission/limits.ts";
import { type ChatServer, startServer } from "../server/server.ts";
import { plainPaint } from "./colours.ts";
import { runInteractive } from "./interactive.ts";
import type { Screen, ScreenHandlers } from "./screen.ts";

/** A screen that remembers what it was told, and lets the test type. */
class FakeScreen implements Screen {
  readonly lines: string[] = [];
  prompt = "";
  closed = false;

  constructor(readonly handlers: ScreenHandlers) {}

  print(line: string): void {
    this.lines.push(line);
  }

  setPrompt(prompt: string): void {
    this.prompt = prompt;
  }

  close(): void {
    this.closed = true;
  }
}

/** Small, so that a gap is made with few messages. */
const HISTORY = 20;
let broker: MemoryBroker;
let server: ChatServer;
let shutdown: Shutdown;

function listen(port = 0): ChatServer {
  const sizes = {
    history: HISTORY,
    maxPayload: 1024,
    backpressureLimit: 2 ** 20,
    waitingLimit: 2 ** 30,
    cores: 1,
    batchWindow: 50,
  };
  const times = { idleTimeout: 60_000, drainTimeout: 1000, drainTo: null, id: null, debugTrace: null };
  const hosts = { tls: null, host: "127.0.0.1", port, adminHost: "127.0.0.1", adminPort: 0 };
  const parts = { broker, clock: systemClock, random: seededRandom(2), log: silentLogger, version: "test" };
  return startServer({ ...hosts, ...sizes, ...times, ...NO_LIMITS }, parts);
}

beforeEach(() => {
  broker = new MemoryBroker({ history: HISTORY }, systemClock, seededRandom(1));
  server = listen();
  shutdown = new Shutdown(() => {});
});

afterEach(async () => {
  shutdown.release();
  await server.stop();
  await broker.close();
});

/** Ann in the room `r`, joined. */
async function ann() {
  let screen!: FakeScreen;
  let stdout = "";
  const write = (text: string) => {
    stdout += text;
  };
  const io = { random: seededRandom(3), stdout: { write } as unknown as NodeJS.WriteStream };
  const openScreen = (handlers: ScreenHandlers) => {
    screen = new FakeScreen(handlers);
    return screen;
  };
  const place = { url: `ws://127.0.0.1:${server.port}`, room: "r", name: "ann", history: 50 };
  const exitCode = runInteractive(place, { io, paint: plainPaint, openScreen, shutdown });
  await until(() => screen?.prompt === "r (1) > ", "the prompt");
  return {
    screen,
    exitCode,
    said: () => stdout,
    type: (line: string) => screen.handlers.onLine(line),
    sees: (line: string | RegExp) =>
      until(() => screen.lines.some((shown) => shown.match(line) !== null), `${line} on the screen`),
  };
}

/** Written into the log while nobody listens. */
async function publish(texts: string[]): Promise<void> {
  for (const [i, text] of texts.entries()) {
    const sentAt = "2026-01-31T12:00:00.000Z";
    await broker.publish("r", { messageId: i, sender: "bob", text, sentAt, session: null });
  }
}

test("leaves at the end of the input, and says so", async () => {
  const { screen, exitCode, said, type, sees } = await ann();
  type("hello");
  await sees(/^✓ ann: hello$/);
  screen.handlers.onEnd();
  expect(await exitCode).toBe(0);
  expect(screen.closed).toBe(true);
  expect(said()).toBe("left r\n");
});

test("a text that is too long is not sent, and the person told why", async () => {
  const { type, sees, screen, exitCode } = await ann();
  type("x".repeat(2000));
  await sees(/^\* not sent: the message is too long: with its envelope it may have 1 KiB$/);
  type("short");
  await sees(/^✓ ann: short$/);
  screen.handlers.onInterrupt();
  expect(await exitCode).toBe(0);
});

test("/timestamps and /quiet change what is shown", async () => {
  const { type, sees, screen, exitCode } = await ann();
  type("/timestamps");
  type("timed");
  await sees(/^✓ \d\d:\d\d:\d\d ann: timed$/);
  type("/quiet");
  expect(screen.prompt).toBe("r > ");
  const { port } = server;
  await server.stop();
  await until(() => screen.prompt.startsWith("r (offline"), "the loss to show");
  server = listen(port);
  await until(() => screen.prompt === "r > ", "the bare prompt");
  expect(screen.lines.join()).not.toContain("connection lost");
  type("/quit");
  expect(await exitCode).toBe(0);
});

test("what was missed while away is counted, what is left of it shown", async () => {
  const { sees, screen, type, exitCode } = await ann();
  type("before");
  await sees("✓ ann: before");
  const { port } = server;
  await server.stop();
  await sees(/^\* connection lost \(server is stopping\), trying again in \d\.\d s$/);
  type("meanwhile");
  await until(() => screen.prompt.endsWith("(1 sending) > "), "the sending to show");
  await publish(Array.from({ length: HISTORY + 2 }, (_, i) => `${i + 1}`));
  server = listen(port);
  await sees("✓ ann: meanwhile");
  const kept = Array.from({ length: HISTORY }, (_, i) => `  bob: ${i + 3}`);
  expect(screen.lines.slice(-HISTORY - 2)).toEqual([
    "* back, 2 messages missed",
    ...kept,
    "✓ ann: meanwhile",
  ]);
  await until(() => screen.prompt === "r (1) > ", "the usual prompt");
  type("/quit");
  expect(await exitCode).toBe(0);
});

test("/nick in the midst of sending loses nothing and repeats nothing", async () => {
  const { type, sees, screen, exitCode } = await ann();
  const texts = Array.from({ length: HISTORY }, (_, i) => `text ${i}.`);
  for (const [i, text] of texts.entries()) {
    type(text);
    if (i === 10) type("/nick anna");
  }
  await sees(/: text 19\.$/);
  const shown = screen.lines.filter((line) => line.startsWith("✓")).map((line) => line.replace(/^.*: /, ""));
  expect(shown).toEqual(texts);
  expect(screen.lines).toContain("✓ anna: text 19.");
  expect(screen.lines).toContain("* you are anna now");
  type("/quit");
  expect(await exitCode).toBe(0);
});

test("a room that cannot be joined now does not cost the chat", async () => {
  const { screen, type, sees, exitCode } = await ann();
  const { port } = server;
  await server.stop();
  type("/join elsewhere");
  await sees(/^\* elsewhere cannot be joined now, trying again in/);
  type("too early");
  await sees(/^\* not sent: not in the room yet$/);
  server = listen(port);
  await sees(/^\* in elsewhere as ann;/);
  type("here");
  await sees("✓ ann: here");
  screen.handlers.onEnd();
  expect(await exitCode).toBe(0);
});
