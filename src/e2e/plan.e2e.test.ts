import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningServer, run, start, startBalancer, startServer, until } from "./harness.ts";
import { statsOf } from "./server-stats.ts";

const LOAD = ["--users", "100", "--rooms", "5", "--interval", "30s"];

test("the writes of the formula, and the servers, without colours", async () => {
  const { exitCode, stdout, stderr } = await run(["plan", ...LOAD]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/│ socket writes +│ +66\.67\/s │/);
  expect(stdout).toMatch(/│ servers needed +│ +1 │/);
  expect(stdout).toEndWith("\n1 server carries it (66.67 writes/s); with 2 one of them may fail.\n");
  expect(stdout).not.toContain("\u001b");
});

test("--json, with rooms of unlike sizes and another capacity", async () => {
  const args = ["--users", "10000", "--rooms", "100", "--rooms-dist", "zipf:1.1", "--interval", "10s"];
  const { exitCode, stdout } = await run(["plan", ...args, "--capacity", "50000", "--json"]);
  expect(exitCode).toBe(0);
  const plan = JSON.parse(stdout);
  expect(plan).toMatchObject({
    ...{ users: 10_000, messages_per_s: 1000 },
    capacity: { writes_per_s: 50_000, connections: 20_000, headroom: 0.3, source: null },
  });
  // The first room has over a fifth of all: as many writes as 100 equal rooms together, and more.
  expect(plan.hottest_room.users).toBeGreaterThan(2000);
  expect(plan.hottest_room.servers).toBe(Math.ceil(plan.hottest_room.writes_per_s / 35_000));
  expect(plan.servers.needed).toBeGreaterThanOrEqual(plan.servers.for_writes);
});

describe("--from what was measured", () => {
  let folder: string;
  let server: RunningServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "scale-chat-plan-"));
    server = await startServer();
  });
  afterAll(async () => {
    await server.kill();
    await rm(folder, { recursive: true });
  });
  const loadtest = (duration: string) => [
    ...["loadtest", "--url", `ws://127.0.0.1:${server.port}`, "--rooms", "2", "--room-size", "5", "--quiet"],
    ...["--interval", "100ms", "--ramp", "0s", "--duration", duration, "--out", join(folder, "run.csv")],
  ];

  test("by a load test: what was delivered, at least", async () => {
    expect((await run(loadtest("1s"))).exitCode).toBe(0);
    const { exitCode, stdout } = await run(["plan", ...LOAD, "--from", join(folder, "run.csv"), "--json"]);
    expect(exitCode).toBe(0);
    const { capacity } = JSON.parse(stdout);
    expect(capacity.source).toStartWith("run.csv: ");
    expect(capacity.writes_per_s).toBeGreaterThan(0);
    expect(capacity.caveats.length).toBeGreaterThan(0);
  });

  test("by a server under load", async () => {
    const load = start(loadtest("1m"));
    try {
      const admin = `http://127.0.0.1:${server.adminPort}`;
      const writes = async () => (await statsOf(server)).socket_writes;
      const before = await writes();
      await until(async () => (await writes()) > before, "messages");
      const { exitCode, stdout } = await run(["plan", ...LOAD, "--from", admin]);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(
        /the capacity is that of 127\.0\.0\.1:\d+: [\d,]+ writes\/s with [\d.]+ % of a core/,
      );
    } finally {
      await load.kill();
    }
  });

  test("by a fleet in which nobody talks: one line, exit code 1", async () => {
    const balancer = await startBalancer();
    try {
      const { exitCode, stderr } = await run([
        "plan",
        ...LOAD,
        "--from",
        `http://127.0.0.1:${balancer.adminPort}`,
      ]);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^scale-chat: Cannot measure the capacity: nothing was delivered.*\n$/);
    } finally {
      await balancer.stop();
    }
  });

  test.each([
    ["http://127.0.0.1:1", /nothing listens on 127\.0\.0\.1:1/],
    ["no-such.csv", /no-such\.csv/],
  ])("%s: one line, exit code 1", async (from, words) => {
    const { exitCode, stdout, stderr } = await run(["plan", ...LOAD, "--from", from]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(/^scale-chat: .*\n$/);
    expect(stderr).toMatch(words);
  });

  test("a port that is not an admin port", async () => {
    const { exitCode, stderr } = await run(["plan", ...LOAD, "--from", `http://127.0.0.1:${server.port}`]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("the --admin-port of a server (8081) or of a balancer (3001) is wanted");
  });
});

test.each([
  [["--rooms", "5"], "--users is missing"],
  [["--users", "0"], "a whole number from 1 to"],
  [["--users", "5", "--rooms-dist", "pareto"], "try uniform or zipf:1.1"],
  [["--users", "5", "--headroom", "1"], "Not a share"],
  [["--users", "5", "--interval", "30"], "Not a duration"],
  [["--users", "5", "--from", "ws://127.0.0.1:8080"], "Not the address of a dashboard"],
  [["--users", "5", "--from", "a.csv", "--capacity", "1"], "choose one"],
])("%p is one line and exit code 2", async (args, words) => {
  const { exitCode, stdout, stderr } = await run(["plan", ...args]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(/^scale-chat: .*\n$/);
  expect(stderr).toContain(words);
});
