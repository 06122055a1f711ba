import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DIALECT_NAMES } from "../protocol/dialect.ts";
import { decodeRunMeta } from "../results/run-meta.ts";
import { run, start, startServer, until } from "./harness.ts";
import { statsOf } from "./server-stats.ts";

const folder = mkdtempSync(join(tmpdir(), "scale-chat-loadtest-"));
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const ROW = /^\d+,[\w.]+,[\w.]+,(Sent,\d{16},\d{16}|Received,\d{16},)$/;
const SMALL = ["--rooms", "5", "--room-size", "4", "--interval", "100ms", "--ramp", "50ms"];

function readResults(path: string) {
  const [first, header, ...rows] = readFileSync(path, "utf8").split("\n");
  return { meta: decodeRunMeta(first!), header, rows: rows.slice(0, -1), last: rows.at(-1) };
}

interface JsonReport {
  runs: Array<{
    sent: number;
    expected: number;
    received: number;
    loss: number;
    repeated: number;
    disturbances: { back_ms: { max: number } | null } | null;
    latency: unknown;
    notes: string[];
  }>;
}

describe("a load test from its start to the report", () => {
  for (const dialect of DIALECT_NAMES) {
    test(dialect, async () => {
      const out = join(folder, `${dialect}.csv`);
      const url = ["--url", `ws://127.0.0.1:${server.port}`];
      const ended = await run([
        "loadtest",
        ...url,
        ...SMALL,
        "--duration",
        "1s",
        "--dialect",
        dialect,
        "--out",
        out,
        "--json",
      ]);
      expect(ended.exitCode).toBe(0);
      const own = (JSON.parse(ended.stdout) as JsonReport).runs[0]!;
      expect(own).toMatchObject({ sent: 200, expected: 800, received: 800, loss: 0 });

      const { meta, header, rows, last } = readResults(out);
      expect(meta).toMatchObject({ rooms: 5, room_size: 4, dialect, end: { received: 800 } });
      expect(header).toBe("message_id,sender_id,client_id,type,timestamp_us,scheduled_us");
      expect(rows).toHaveLength(1000);
      for (const row of rows) expect(row).toMatch(ROW);
      expect(last).toBe("");

      const report = await run(["report", out, "--format", "json"]);
      expect(report.exitCode).toBe(0);
      const read = (JSON.parse(report.stdout) as JsonReport).runs[0]!;
      // The load test's own account and the one out of its file agree to the microsecond.
      expect(read.latency).toEqual(own.latency);
      expect(read).toMatchObject({ sent: 200, expected: 800, received: 800, loss: 0 });
    });
  }

  test("without --out, the file goes to results/ under its time and size", async () => {
    const url = ["--url", `ws://127.0.0.1:${server.port}`];
    const ended = await run(["loadtest", ...url, ...SMALL, "--duration", "200ms", "--quiet"], {
      cwd: folder,
    });
    expect(ended).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(readdirSync(join(folder, "results")).join()).toMatch(/^\d{8}-\d{6}-5x4\.csv$/);
  });
});

describe("endings before their time", () => {
  test("SIGINT: what was sent arrives, every socket is closed, no line is cut", async () => {
    const out = join(folder, "interrupted.csv");
    const url = ["--url", `ws://127.0.0.1:${server.port}`];
    const before = await statsOf(server);
    const test = start(["loadtest", ...url, ...SMALL, "--duration", "10m", "--out", out]);
    await until(async () => (await statsOf(server)).messages_in > before.messages_in + 200, "messages");
    test.signal("SIGINT");
    expect(await test.exited).toBe(0);
    const { meta, rows, last } = readResults(out);
    expect(meta!.end).toMatchObject({ interrupted: true, disconnects: 0, received: meta!.end!.expected });
    for (const row of rows) expect(row).toMatch(ROW);
    expect(last).toBe("");
    await until(async () => (await statsOf(server)).connections === 0, "the sockets to close");
    const report = await run(["report", out, "--format", "json"]);
    const read = (JSON.parse(report.stdout) as JsonReport).runs[0]!;
    expect(read).toMatchObject({ loss: 0, received: meta!.end!.received });
    expect(read.notes.join()).toContain("interrupted");
  });

  test("SIGINT while the clients are still connecting ends it at once", async () => {
    const url = ["--url", `ws://127.0.0.1:${server.port}`];
    const test = start(["loadtest", ...url, ...SMALL, "--ramp", "10m", "--out", join(folder, "never.csv")]);
    await until(async () => (await statsOf(server)).connections > 0, "the first client");
    test.signal("SIGINT");
    expect(await test.exited).toBe(0);
    const { meta, header, rows } = readResults(join(folder, "never.csv"));
    expect(meta!.end).toMatchObject({ interrupted: true, sent: 0 });
    expect(header).toStartWith("message_id,");
    expect(rows).toEqual([]);
  });

  test("SIGINT before any client is in leaves the older results as they are, and exits 1", async () => {
    const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const out = join(folder, "older.csv");
    writeFileSync(out, "older results");
    const test = start(["loadtest", "--url", `ws://127.0.0.1:${silent.port}`, ...SMALL, "--out", out]);
    await until(
      () => test.stderr.includes("messages/s in") || test.stdout.includes("messages/s in"),
      "the start",
    );
    test.signal("SIGINT");
    expect(await test.exited).toBe(1);
    expect(test.stderr).toContain("nothing was measured");
    expect(readFileSync(out, "utf8")).toBe("older results");
    silent.stop(true);
  });

  test("a server that dies: counted, reported, exit 1, the file complete", async () => {
    const mortal = await startServer();
    const out = join(folder, "died.csv");
    const test = start([
      "loadtest",
      "--url",
      `ws://127.0.0.1:${mortal.port}`,
      ...SMALL,
      ...["--connect-timeout", "1s"],
      "--duration",
      "10m",
      "--out",
      out,
    ]);
    await until(async () => (await statsOf(mortal)).messages_in > 200, "messages");
    await mortal.kill();
    expect(await test.exited).toBe(1);
    expect(test.stderr).toContain("20 clients lost their connection");
    const { meta, rows, last } = readResults(out);
    expect(meta!.end).toMatchObject({ disconnects: 20, interrupted: false });
    for (const row of rows) expect(row).toMatch(ROW);
    expect(last).toBe("");
  });

  test("a server that dies and comes back: so do the clients, nothing is lost and nothing comes twice", async () => {
    const data = ["--data", join(folder, "mortal.db")];
    const mortal = await startServer(data);
    const out = join(folder, "back.csv");
    const url = ["--url", `ws://127.0.0.1:${mortal.port}`];
    const test = start([
      ...["loadtest", ...url, ...SMALL, "--duration", "6s", "--settle", "20s"],
      ...["--out", out, "--json"],
    ]);
    await until(async () => (await statsOf(mortal)).messages_in > 100, "messages");
    await mortal.kill();
    const again = await startServer([...data, "--port", `${mortal.port}`]);
    try {
      expect(await test.exited).toBe(0);
      const own = (JSON.parse(test.stdout) as JsonReport).runs[0]!;
      expect(own).toMatchObject({ sent: 1200, expected: 4800, received: 4800, loss: 0, repeated: 0 });
      expect(own.disturbances).toMatchObject({ disconnects: 20, reconnects: 20, lost_clients: 0, gaps: 0 });
      expect(own.disturbances!.back_ms!.max).toBeLessThan(5000);
      expect(own.notes.join()).toContain("20 connections ended before the test did; 20 came back: p50");
      const report = await run(["report", out, "--format", "json"]);
      const read = (JSON.parse(report.stdout) as JsonReport).runs[0]!;
      expect(read).toMatchObject({ loss: 0, repeated: 0, received: 4800 });
      expect([read.disturbances, read.latency]).toEqual([own.disturbances, own.latency]);
    } finally {
      await again.stop();
    }
  }, 60_000);

  test("kill -9 of the load test leaves whole lines, and the report says that it did not finish", async () => {
    const out = join(folder, "killed.csv");
    const url = ["--url", `ws://127.0.0.1:${server.port}`];
    const test = start([
      "loadtest",
      ...url,
      "--rooms",
      "1",
      "--room-size",
      "100",
      "--interval",
      "50ms",
      "--out",
      out,
    ]);
    await until(() => readSize(out) > 600_000, "the file to grow");
    await test.kill();
    const report = await run(["report", out]);
    expect(report.exitCode).toBe(1);
    expect(report.stdout).toContain("did not finish");
    expect(report.stderr).toContain("did not finish");
  });
});

describe("what cannot work is refused before it starts", () => {
  test("no server", async () => {
    const gone = await startServer();
    await gone.kill();
    const ended = await run(["loadtest", "--url", `ws://127.0.0.1:${gone.port}`, "--quiet"]);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toBe(
      `scale-chat: No client could connect: nothing listens on 127.0.0.1:${gone.port}\n`,
    );
  });

  test("more clients than files or ports", async () => {
    const ended = await run(["loadtest", "--rooms", "1000", "--room-size", "1000", "--processes", "1"]);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toMatch(
      /This machine cannot hold 1,000,000 clients: .*open files of a process .*ulimit -n/,
    );
  });

  test("bad values, one line each", async () => {
    for (const args of [
      ["--rooms", "0"],
      ["--size", "5x"],
      ["--interval", "soon"],
      ["--dialect", "latin"],
    ]) {
      const ended = await run(["loadtest", ...args]);
      expect(ended.exitCode).toBe(2);
      expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(ended.stderr).toContain(args[0]!);
    }
  });

  test("a pipe that nobody reads", async () => {
    const pipe = join(folder, "pipe");
    expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
    const url = ["--url", `ws://127.0.0.1:${server.port}`];
    const ended = await run(["loadtest", ...url, ...SMALL, "--quiet", "--out", pipe]);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain("Cannot write results");
  });

  test("a results file in a place that cannot be written", async () => {
    writeFileSync(join(folder, "file"), "");
    const url = ["--url", `ws://127.0.0.1:${server.port}`];
    const ended = await run([
      "loadtest",
      ...url,
      ...SMALL,
      "--quiet",
      "--out",
      join(folder, "file", "x.csv"),
    ]);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain("Cannot write results");
  });
});

function readSize(path: string): number {
  const file = Bun.file(path);
  return file.size;
}
