import { expect, test } from "bun:test";
import { hasRedis, startRedis } from "../broker/redis/test-redis.ts";
import { findEvent, run } from "./harness.ts";

if (!hasRedis && process.env.CI === "true") throw new Error("redis-server is not installed");

interface Examination {
  connections: number;
  role: string;
  verdict: string;
  checks: Array<{ name: string; found: string; needed: string; verdict: string; fix: string | null }>;
}

const examine = async (...args: string[]): Promise<Examination & { exitCode: number }> => {
  const { exitCode, stdout } = await run(["doctor", "--json", ...args]);
  return { ...JSON.parse(stdout), exitCode };
};

test("a table in 100 columns, without colours, and a sentence", async () => {
  const { exitCode, stdout, stderr } = await run(["doctor", "--connections", "10"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  for (const name of ["cores", "memory", "open files of a process", "clock", "Bun"]) {
    expect(stdout).toContain(`│ ${name} `);
  }
  expect(stdout).not.toContain("\u001b");
  expect(stdout).toMatch(/\n(Fit|Tight) for a server and its clients with 10 connections[.:]/);
  const table = stdout.split("\n").filter((line) => line.startsWith("│"));
  expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test("in a process with few files it is unfit, says how to raise the limit, and exits with 1", async () => {
  const { exitCode, stdout } = await run(["doctor", "--server"], { openFiles: 256 });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/open files of a process +│ 256 +│ 1,064 +│ unfit/);
  expect(stdout).toContain("ulimit -n 1277  # as root; a service: LimitNOFILE=1277\n");
  expect(stdout).toMatch(/\nUnfit for a server with 1,000 connections: open files of a process.*\.\n$/);
});

test("nothing holds an absurd number; --json tells it to programs", async () => {
  const { exitCode, verdict, role, connections, checks } = await examine(
    "--connections",
    "100000000",
    "--client",
  );
  expect({ exitCode, verdict, role, connections }).toEqual({
    ...{ exitCode: 1, verdict: "unfit", role: "client", connections: 100_000_000 },
  });
  const memory = checks.find(({ name }) => name === "memory");
  expect(memory).toMatchObject({ verdict: "unfit", fix: expect.any(String) });
});

test("clients are judged as they are spread", async () => {
  const args = ["--connections", "8000", "--client", "--processes", "4", "--targets", "2"];
  const { checks } = await examine(...args);
  const needed = (wanted: string) => checks.find(({ name }) => name === wanted)?.needed;
  expect(needed("open files of a process")).toBe("2,064");
  expect(needed("local ports to an address")).toBe("4,000");
  expect(needed("cores")).toBe("4");
});

test("a Redis that is not there is unfit, and its password is not told", async () => {
  const { exitCode, checks } = await examine("--connections", "1", "--redis", "redis://:secret@127.0.0.1:1");
  const redis = checks.find(({ name }) => name === "Redis");
  expect(redis).toMatchObject({ found: "no answer", verdict: "unfit" });
  expect(exitCode).toBe(1);
  expect(JSON.stringify(checks)).not.toContain("secret");
});

test.skipIf(!hasRedis)("a Redis that is there is judged, too (needs redis-server)", async () => {
  const redis = await startRedis();
  try {
    const { checks } = await examine("--connections", "1", "--redis", redis.url);
    const names = checks.filter(({ name, verdict }) => name.startsWith("Redis") && verdict === "fit");
    expect(names.map(({ name }) => name)).toEqual(["Redis", "Redis, when it is full", "Redis, connections"]);
  } finally {
    await redis.stop();
  }
});

test.each([
  [["--connections", "0"], "a whole number from 1 to"],
  [["--connections", "many"], "a whole number from 1 to"],
  [["--server", "--client"], "choose one"],
  [["--server", "--targets", "2"], "they are of clients"],
  [["--client", "--processes", "0"], "Not a number of processes"],
  [["--redis", "localhost"], "--redis: not the address of a Redis"],
  [["extra"], "usage:"],
])("%p is one line and exit code 2", async (args, words) => {
  const { exitCode, stdout, stderr } = await run(["doctor", ...args]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(/^scale-chat: .*\n$/);
  expect(stderr).toContain(words);
});

test("a server that may have too few files says so as it starts", async () => {
  // It does not come far: nobody has this address.
  const args = ["serve", "--host", "192.0.2.1", "--port", "0", "--admin-port", "0", "--log-format", "json"];
  const { exitCode, stdout } = await run(args, { openFiles: 300 });
  expect(exitCode).toBe(1);
  expect(findEvent(stdout, "machine_unfit")).toMatchObject({
    ...{ level: "warn", check: "open files of a process", connections: 1000, found: "300", needed: "1,064" },
  });
});
