import { afterEach, describe, expect, test } from "bun:test";
import { Scrape } from "../lib/metrics/test-scrape.ts";
import { RawClient } from "../server/test-raw-client.ts";
import { DEADLINE_MS, type RunningServer, run, startBalancer, startServer, until } from "./harness.ts";

const TEST_MS = 3 * DEADLINE_MS;
const opened: RunningServer[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.kill()));
});

async function serve(...args: string[]): Promise<RunningServer> {
  const server = await startServer(args);
  opened.push(server);
  return server;
}

interface Answer {
  status: number;
  retryAfter: string | null;
  error: string | null;
}

/** What comes back to a handshake; where that is a connection, it stays open. */
async function handshake(port: number, path = "/ws/tea", headers: string[] = []): Promise<Answer> {
  const client = await RawClient.connect(port);
  client.handshake(path, null, headers);
  await until(() => /\r\n\r\n(?:.*}|$)/s.test(client.text), "the answer to the handshake");
  const [head, body] = client.text.split("\r\n\r\n");
  const status = Number(head!.split(" ")[1]);
  return {
    status,
    retryAfter: /^retry-after: (.*)$/im.exec(head!)?.[1] ?? null,
    error: status === 101 ? null : JSON.parse(body!).error,
  };
}

const refusedBy = async (server: RunningServer, rule: string) =>
  (await Scrape.of(server.adminPort)).value(`scale_chat_refused_total{rule="${rule}"}`);

describe("a server with limits", () => {
  const cases: Array<
    [option: string, value: string, rule: string, then: string, retryAfter: string, error: RegExp]
  > = [
    ["--max-connections", "1", "max_connections", "/ws/go", "5", /server is full: 1 connections/],
    ["--max-connections-per-ip", "1", "max_connections_per_ip", "/ws/go", "5", /from your address: 1 are/],
    ["--handshakes-per-second", "1", "handshakes_per_second", "/ws/go", "1", /1 handshakes a second/],
    ["--max-rooms", "1", "max_rooms", "/ws/go", "5", /no further room: this server has 1/],
    ["--max-room-size", "1", "max_room_size", "/ws/tea", "5", /room is full: 1 members/],
  ];
  test.each(cases)(
    "%s %s: 503, when to come back, why, and a figure",
    async (option, value, rule, path, retryAfter, error) => {
      const server = await serve(option, value);
      // The first handshake may be the harness's own last one, a second ago.
      await until(async () => (await handshake(server.port)).status === 101, "a place");
      await until(async () => {
        const answer = await handshake(server.port, path);
        if (answer.status === 101) return false;
        expect(answer).toEqual({ status: 503, retryAfter, error: expect.stringMatching(error) });
        return true;
      }, "a refusal");
      await until(async () => ((await refusedBy(server, rule)) ?? 0) > 0, "the figure");
    },
    TEST_MS,
  );

  test(
    "says so to a person, too",
    async () => {
      const server = await serve("--max-connections", "1");
      expect((await handshake(server.port)).status).toBe(101);
      const said = await run(["chat", "tea", "--url", `ws://127.0.0.1:${server.port}`], { stdin: "hello\n" });
      expect([said.exitCode, said.stderr]).toEqual([1, expect.stringContaining("this server is full")]);
    },
    TEST_MS,
  );
});

test(
  "--messages-per-second, --bytes-per-second: who sends too much is ended",
  async () => {
    for (const limit of ["--messages-per-second=2", "--bytes-per-second=1KiB"]) {
      const server = await serve(limit, "--max-payload", "4KiB");
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws/tea`);
      let heard = 0;
      socket.onmessage = () => heard++;
      const ended = new Promise<number>((resolve) => {
        socket.onclose = ({ code }) => resolve(code);
      });
      socket.onopen = () => {
        for (let i = 0; i < 12; i++) socket.send(JSON.stringify({ text: "x".repeat(500) }));
      };
      expect(await ended).toBe(4429);
      await until(
        async () => (await Scrape.of(server.adminPort)).value('scale_chat_closed_total{code="4429"}') === 1,
        "the figure",
      );
      // Ten at once, or 5 KiB.
      expect(heard).toBeLessThan(12);
    }
  },
  TEST_MS,
);

test(
  "--origin says which pages may come; what is no browser may anyway",
  async () => {
    const page = (origin: string) => [`Origin: ${origin}`];
    const status = async (server: RunningServer, origin: string) =>
      (await handshake(server.port, "/ws/tea", page(origin))).status;
    const closed = await serve();
    // The host as `handshake` names it, which has no port.
    expect(await status(closed, "http://127.0.0.1")).toBe(101);
    expect(await status(closed, `http://127.0.0.1:${closed.port}`)).toBe(403);
    expect(await status(closed, "null")).toBe(403);
    expect((await handshake(closed.port)).status).toBe(101);
    expect(await refusedBy(closed, "origin")).toBe(2);
    const open = await serve("--origin", "https://a.example;same-host");
    expect(await status(open, "https://a.example")).toBe(101);
    expect(await status(open, "http://127.0.0.1:1")).toBe(101);
    expect(await status(open, "https://b.example")).toBe(403);
    expect(await status(await serve("--origin", "*"), "https://b.example")).toBe(101);
  },
  TEST_MS,
);

test(
  "--trusted-proxies: their clients are told apart",
  async () => {
    const server = await serve("--trusted-proxies", "127.0.0.1;10.0.0.0/8", "--max-connections-per-ip", "1");
    const from = async (chain: string) =>
      (await handshake(server.port, "/ws/tea", [`X-Forwarded-For: ${chain}`])).status;
    expect(await from("192.0.2.1")).toBe(101);
    expect(await from("192.0.2.1")).toBe(503);
    expect(await from("198.51.100.1, 192.0.2.1, 10.1.1.1")).toBe(503);
    expect(await from("192.0.2.1, 192.0.2.2")).toBe(101);
  },
  TEST_MS,
);

test("--check prints what is in force, without secrets, and takes no port", async () => {
  const env = { SCALE_CHAT_REDIS: "redis://ann:sesame@127.0.0.1:1", SCALE_CHAT_MAX_ROOMS: "5" };
  const checked = await run(["serve", "--check", "--max-payload", "1MiB"], { env });
  expect([checked.exitCode, checked.stderr]).toEqual([0, ""]);
  for (const line of [
    /^--max-payload +1MiB +\(option\)$/m,
    /^--max-rooms +5 +\(variable\)$/m,
    /^--port +8080 +\(default\)$/m,
    /^--redis +redis:\/\/\*\*\*@127\.0\.0\.1:1 +\(variable\)$/m,
  ]) {
    expect(checked.stdout).toMatch(line);
  }
  expect(checked.stdout).not.toContain("sesame");
  const missing = await run(["serve", "--check", "--auth-key-file", "/nowhere/key"]);
  expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringContaining("/nowhere/key")]);
  const nowhere = await run(["serve", "--check", "--data", "/nowhere/chat.db"]);
  expect([nowhere.exitCode, nowhere.stderr]).toEqual([1, expect.stringContaining("/nowhere/chat.db")]);
});

test("--check refuses what serve would refuse", async () => {
  const cases: Array<[options: string[], refusal: string]> = [
    [["--tls-cert", "cert"], "belong together"],
    [["--advertise", "ws://10.0.0.1:8080"], "give --redis, too"],
    [["--data", "chat.db", "--redis", "redis://127.0.0.1:1"], "choose one"],
    [["--child", "a"], "that a balancer starts"],
  ];
  for (const [options, refusal] of cases) {
    for (const check of [["--check"], []]) {
      const { exitCode, stderr } = await run(["serve", ...check, ...options]);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(refusal)]);
    }
  }
});

test("what cannot be a limit is refused", async () => {
  const cases: Array<[option: string, value: string, allowed: string]> = [
    ["--origin", "chat.example.org", "https://chat.example.org, or same-origin, same-host, *"],
    ["--trusted-proxies", "10.0.0.0/99", "try 10.0.0.0/8"],
    ["--max-connections", "-1", "a whole number from 0"],
  ];
  for (const [option, value, allowed] of cases) {
    const { exitCode, stderr } = await run(["serve", `${option}=${value}`]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(allowed)]);
  }
});

// The socket layer's own deadline: ten seconds from the first byte on, looked after every four.
test(
  "a handshake of a byte a second is cut, as is one that never begins",
  async () => {
    const server = await serve();
    const slow = await RawClient.connect(server.port);
    const silent = await RawClient.connect(server.port);
    const request = "GET /ws/tea HTTP/1.1\r\nHost: a\r\nX-Padding: and so on, and so on, and so on";
    let sent = 0;
    const timer = setInterval(() => slow.write(request[sent++] ?? "."), 1000);
    try {
      await until(() => slow.ended && silent.ended, "both to be cut");
    } finally {
      clearInterval(timer);
    }
    expect([slow.text, silent.text]).toEqual(["", ""]);
    expect((await handshake(server.port)).status).toBe(101);
  },
  TEST_MS,
);

test(
  "a fleet hands its limits on to its servers",
  async () => {
    const balancer = await startBalancer([
      "--min",
      "1",
      "--max-connections",
      "1",
      "--origin",
      "https://a.example",
    ]);
    opened.push(balancer);
    const provision = () => fetch(`http://127.0.0.1:${balancer.port}/servers/provision`);
    await until(async () => (await provision()).ok, "a server");
    const { url } = (await (await provision()).json()) as { url: string };
    const port = Number(new URL(url).port);
    expect((await handshake(port, "/ws/tea", ["Origin: https://b.example"])).status).toBe(403);
    expect((await handshake(port, "/ws/tea", ["Origin: https://a.example"])).status).toBe(101);
    expect((await handshake(port)).status).toBe(503);
    await balancer.stop();
  },
  TEST_MS,
);
