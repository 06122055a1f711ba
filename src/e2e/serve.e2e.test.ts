import { afterEach, describe, expect, test } from "bun:test";
import { version } from "../cli/version.ts";
import { findEvent, type RunningServer, run, start, startServer, until } from "./harness.ts";

const running: Array<{ kill(): Promise<void> }> = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.kill();
});

async function serve(args: string[] = [], env: Record<string, string> = {}): Promise<RunningServer> {
  const server = await startServer(args, { env });
  running.push(server);
  return server;
}

/** A native client in a room, with the close that ended it. */
async function join(
  { port }: RunningServer,
  room = "r",
): Promise<{ closed: Promise<number>; heard: string[] }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/${room}`, ["scale-chat.v1"]);
  const heard: string[] = [];
  socket.onmessage = ({ data }) => heard.push(data as string);
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  await until(() => heard.some((frame) => frame.includes('"welcome"')), "the welcome");
  return { closed, heard };
}

describe("starting", () => {
  test("says where it listens, in one line", async () => {
    const server = await serve();
    expect(findEvent(server.stdout, "listening")).toEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: "info",
      event: "listening",
      version,
      host: "127.0.0.1",
      port: expect.any(Number),
      admin_host: "127.0.0.1",
      admin_port: expect.any(Number),
      chat: `http://127.0.0.1:${server.port}/`,
    });
    expect(server.stdout.trim().split("\n")).toHaveLength(1);
    expect(await (await fetch(`http://127.0.0.1:${server.port}/healthz`)).json()).toEqual({ status: "ok" });
    expect(await (await fetch(`http://127.0.0.1:${server.adminPort}/readyz`)).json()).toEqual({
      ready: true,
    });
  });

  test("on a port in use is one clear line and exit code 1", async () => {
    const { port, adminPort } = await serve();
    const address = ["serve", "--host", "127.0.0.1"];
    expect(await run([...address, "--port", String(port), "--admin-port", "0"])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `scale-chat: Cannot listen on 127.0.0.1:${port}: the port is in use; choose another with --port, or 0 for a free one\n`,
    });
    const admin = await run([...address, "--port", "0", "--admin-port", String(adminPort)]);
    expect(admin).toMatchObject({ exitCode: 1, stdout: "" });
    expect(admin.stderr).toMatch(/^scale-chat: .*--admin-port.*\n$/);
  });

  const bad: Array<[args: string[], names: RegExp]> = [
    [["--port", "99999"], /--port.*99999.*65535/],
    [["--port", "http"], /--port.*http/],
    [["--history", "-1"], /--history/],
    [["--max-payload", "1"], /--max-payload/],
    [["--drain-timeout", "soon"], /--drain-timeout.*soon/],
    [["--log-format", "xml"], /--log-format.*xml.*human.*json/],
    [["--log-level", "loud"], /--log-level.*loud.*debug.*error/],
    [["--shiny"], /--shiny.*allowed here/],
    [["extra"], /extra|argument/],
  ];
  for (const [args, names] of bad) {
    test(`with ${args.join(" ")} is one line and exit code 2`, async () => {
      const { exitCode, stdout, stderr } = await run(["serve", ...args]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toMatch(names);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    });
  }

  test("takes its options from the environment too, and the command line wins", async () => {
    const { exitCode, stderr } = await run(["serve"], { env: { SCALE_CHAT_PORT: "99999" } });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("SCALE_CHAT_PORT");
    const server = await serve(["--max-payload", "2KiB"], {
      SCALE_CHAT_HISTORY: "7",
      SCALE_CHAT_MAX_PAYLOAD: "1KiB",
    });
    const { heard } = await join(server);
    expect(JSON.parse(heard[0]!).limits).toEqual({ max_payload: 2048, history: 7 });
  });
});

describe("the log", () => {
  test("is for people when asked, and leaves out what is below its level", async () => {
    const ports = ["serve", "--host", "127.0.0.1", "--port", "0", "--admin-port", "0"];
    const human = start([...ports, "--log-format", "human"]);
    running.push(human);
    await until(() => human.stdout.includes("\n"), "the first line");
    expect(human.stdout).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} INFO {2}listening version=\S+ host=127\.0\.0\.1 port=\d+ /,
    );
    expect(await human.stop()).toBe(0);

    const quiet = await serve(["--log-level", "debug"]);
    const client = await join(quiet);
    expect(await quiet.stop()).toBe(0);
    await client.closed;
    expect(findEvent(quiet.stdout, "closed")).toMatchObject({ level: "debug", code: 1001 });
  });
});

describe("stopping", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`at ${signal} says goodbye to everyone and exits with 0`, async () => {
      const server = await serve(["--drain-timeout", "5m"]);
      const clients = await Promise.all(["r", "r", "s"].map((room) => join(server, room)));
      server.signal(signal);
      expect(await server.exited).toBe(0);
      for (const { closed } of clients) expect(await closed).toBe(1001);
      const events = ["stopping", "draining", "stopped"].map((event) => findEvent(server.stdout, event));
      expect(events).toMatchObject([{ reason: signal }, { connections: 3 }, {}]);
      expect(server.stderr).toBe("");
    });
  }

  test("at the second signal ends at once", async () => {
    const server = await serve(["--drain-timeout", "5m"]);
    await join(server);
    // Both wait for a process that stands still, so that the first cannot have done its work before the second.
    for (const signal of ["SIGSTOP", "SIGINT", "SIGTERM", "SIGCONT"] as const) server.signal(signal);
    expect([130, 143]).toContain(await server.exited);
    expect(findEvent(server.stdout, "stopped")).toBeUndefined();
  });

  test("frees the ports for the next", async () => {
    const first = await serve();
    const client = await join(first);
    expect(await first.stop()).toBe(0);
    expect(await client.closed).toBe(1001);
    const second = await serve(["--port", String(first.port), "--admin-port", String(first.adminPort)]);
    expect(second.port).toBe(first.port);
  });
});
