import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { PassThrough, Writable } from "node:stream";
import { MemoryBroker } from "../broker/memory/memory-broker.ts";
import { systemClock } from "../lib/clock.ts";
import { silentLogger } from "../lib/log.ts";
import { seededRandom } from "../lib/random.ts";
import { until } from "../lib/test-until.ts";
import { NO_LIMITS } from "../server/admission/limits.ts";
import { type ChatServer, startServer } from "../server/server.ts";
import { type ChatOptions, chat } from "./chat.ts";

let server: ChatServer;
let broker: MemoryBroker;

function listen(port = 0): ChatServer {
  const sizes = {
    history: 1000,
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
  broker = new MemoryBroker({ history: 1000 }, systemClock, seededRandom(1));
  server = listen();
});

afterEach(async () => {
  await server.stop();
  await broker.close();
});

/** A chat without a terminal, whose ends the test holds. */
function open(options: Partial<ChatOptions> = {}) {
  const written = { stdout: "", stderr: "" };
  const collect = (name: "stdout" | "stderr") =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += chunk;
        done();
      },
    });
  const stdin = new PassThrough();
  const [stdout, stderr] = [collect("stdout"), collect("stderr")];
  const given = { url: `ws://127.0.0.1:${server.port}`, room: "r", name: "bot", history: 50, json: false };
  const io = {
    env: {},
    random: seededRandom(Math.random() * 2 ** 32),
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    exitNow: () => {},
  };
  const exitCode = chat({ ...given, ...options }, io);
  return { stdin, stdout, exitCode, written };
}

async function say(text: string, options: Partial<ChatOptions> = {}) {
  const bot = open(options);
  bot.stdin.end(text);
  const exitCode = await bot.exitCode;
  return { exitCode, ...bot.written };
}

describe("without a terminal", () => {
  test("each line is sent, each message printed, and then it is over", async () => {
    expect(await say("one\r\n\ntwo")).toEqual({ exitCode: 0, stdout: "bot: one\nbot: two\n", stderr: "" });
  });

  test("no input: the past is shown, and it is over", async () => {
    await say("one\ntwo\nthree");
    expect(await say("", { history: 2 })).toEqual({
      exitCode: 0,
      stdout: "bot: two\nbot: three\n",
      stderr: "",
    });
    expect((await say("", { history: 0 })).stdout).toBe("");
  });

  test("slashes are nothing special", async () => {
    expect((await say("/quit\n//x\n")).stdout).toBe("bot: /quit\nbot: //x\n");
  });

  test("--json: an object per message, its dangerous characters escaped", async () => {
    await say("old");
    const { stdout } = await say("a\u202eb\tc", { json: true });
    expect(stdout).toContain("a\\u202eb\\tc");
    const [old, own] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(old).toMatchObject({ type: "message", offset: 1, text: "old", own: false, history: true });
    expect(own).toEqual({
      type: "message",
      offset: 2,
      message_id: expect.any(Number),
      sender: "bot",
      text: "a\u202eb\tc",
      sent_at: expect.any(String),
      room: "r",
      own: true,
      history: false,
    });
  });

  test("more than fits on its way goes out in order", async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `${i}`);
    const { exitCode, stdout } = await say(lines.join("\n"));
    expect(exitCode).toBe(0);
    expect(stdout).toBe(lines.map((line) => `bot: ${line}\n`).join(""));
  });

  test("what cannot be sent is said, the rest is sent, and the exit code is 1", async () => {
    const { exitCode, stdout, stderr } = await say(`fine\n${"x".repeat(2000)}\nbell \u0007\nalso fine\n`);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("bot: fine\nbot: also fine\n");
    expect(stderr).toContain(`not sent: ${"x".repeat(40)}…: the message is too long`);
    expect(stderr).toContain("not sent: bell : text must not hold control characters");
  });

  test("a reader that goes away ends it quietly", async () => {
    const bot = open();
    bot.stdin.write("one\n");
    await until(() => bot.written.stdout !== "", "the message");
    bot.stdout.destroy(Object.assign(new Error("broken pipe"), { code: "EPIPE" }));
    expect(await bot.exitCode).toBe(0);
    expect(bot.written.stderr).toBe("");
  });

  test("a server that goes away midway is waited for, and nothing is lost or repeated", async () => {
    const bot = open();
    bot.stdin.write("one\n");
    await until(() => bot.written.stdout === "bot: one\n", "the message");
    const { port } = server;
    await server.stop();
    await until(() => bot.written.stderr.includes("connection lost"), "the loss to be told");
    bot.stdin.end("two\nthree\n");
    server = listen(port);
    expect(await bot.exitCode).toBe(0);
    expect(bot.written.stdout).toBe("bot: one\nbot: two\nbot: three\n");
    expect(bot.written.stderr).toMatch(
      /^scale-chat: connection lost \(server is stopping\), trying again in \d\.\d s\nscale-chat: back, nothing missed\n$/,
    );
  });

  test("a room is needed; names and rooms have rules; a server must be there", async () => {
    await expect(say("", { room: undefined })).rejects.toThrow("a room is missing");
    await expect(say("", { room: ".." })).rejects.toThrow("a room: a room cannot be named");
    await expect(say("", { name: " " })).rejects.toThrow("--name: a name has 1 to 64 characters");
    await expect(say("x", { url: "ws://127.0.0.1:1" })).rejects.toThrow(
      "Cannot join r: nothing listens on 127.0.0.1:1",
    );
  });

  test("no name: the server gives one", async () => {
    expect((await say("hi", { name: undefined })).stdout).toMatch(/^guest-\w{4}: hi\n$/);
  });
});
