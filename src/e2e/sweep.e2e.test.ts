import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, start, startServer, until } from "./harness.ts";
import { seriesTests } from "./series-tests.ts";
import { statsOf } from "./server-stats.ts";

const { root, server, series: sweep } = seriesTests("--sweep", ["--interval", "50ms", "--cool-down", "10ms"]);

interface Summary {
  runs: Array<{ label: string; sent: number; loss: number }>;
  problems: Array<{ label: string; problem: string }>;
  ended: string | null;
}

function readSummary(out: string): Summary {
  return JSON.parse(readFileSync(join(out, "summary.json"), "utf8"));
}

describe("a sweep", () => {
  test("is one test per combination in one directory, and one report", async () => {
    const { args, out } = sweep("rooms=1 room-size=2..6+2; rooms=2,3 size=64");
    const ended = await run([...args, "--threshold", "loss==0"]);
    expect(ended.exitCode).toBe(0);
    expect(readdirSync(out).sort()).toEqual([
      "01-rooms=1-room-size=2.csv",
      "02-rooms=1-room-size=4.csv",
      "03-rooms=1-room-size=6.csv",
      "04-rooms=2-size=64.csv",
      "05-rooms=3-size=64.csv",
      ...["meta.csv", "report.html", "report.md", "summary.json"],
    ]);
    expect(readFileSync(join(out, "meta.csv"), "utf8")).toBe(
      "rooms,room_size,file\n1,2,01-rooms=1-room-size=2.csv\n1,4,02-rooms=1-room-size=4.csv\n" +
        "1,6,03-rooms=1-room-size=6.csv\n2,10,04-rooms=2-size=64.csv\n3,10,05-rooms=3-size=64.csv\n",
    );
    expect(ended.stderr).toMatch(
      /run 1 of 5: rooms=1 room-size=2 \(about \ds left\)\n {2}p50 .* loss 0 %\nrun 2 of 5/,
    );
    expect(ended.stdout).toContain("#5 rooms=3 size=64");
    expect(readFileSync(join(out, "report.md"), "utf8")).toContain("rooms=1 room-size=6");
    const { runs, problems, ended: early } = readSummary(out);
    expect(runs.map(({ sent }) => sent)).toEqual([12, 24, 36, 120, 180]);
    expect([problems, early]).toEqual([[], null]);

    const report = await run(["report", "--meta", join(out, "meta.csv"), "--format", "json"]);
    expect(report.exitCode).toBe(0);
    expect((JSON.parse(report.stdout) as Summary).runs.map(({ sent }) => sent)).toEqual([
      12, 24, 36, 120, 180,
    ]);
  }, 60_000);

  test("with a threshold that some tests break runs all of them, names these, and exits with 99", async () => {
    const { args } = sweep("room-size=2,4", "--json", "--quiet");
    const ended = await run([...args, "--threshold", "received_rate<200/s"]);
    expect(ended.exitCode).toBe(99);
    expect((JSON.parse(ended.stdout) as Summary).runs).toHaveLength(2);
    expect(ended.stderr).toMatch(/^scale-chat: room-size=4: received_rate<200\/s did not hold: \d+\/s\n$/);
  });

  test("without --out goes to results/ under its time", async () => {
    const { args } = sweep("rooms=1,2", "--quiet");
    const at = args.indexOf("--out");
    args.splice(at, 2);
    expect(await run(args, { cwd: root })).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(readdirSync(join(root, "results")).join()).toMatch(/^\d{8}-\d{6}-sweep$/);
  });

  test("SIGINT ends the running test politely, and what there is is reported", async () => {
    const { args, out } = sweep("rooms=1,2,3", "--duration", "10m");
    const before = (await statsOf(server())).messages_in;
    const sweeping = start(args);
    await until(async () => (await statsOf(server())).messages_in > before, "messages");
    sweeping.signal("SIGINT");
    expect(await sweeping.exited).toBe(0);
    expect(sweeping.stderr).toContain("scale-chat: stopped before its end");
    expect(readFileSync(join(out, "meta.csv"), "utf8").trimEnd().split("\n")).toHaveLength(2);
    const { runs, ended } = readSummary(out);
    expect(runs).toMatchObject([{ label: "rooms=1", loss: 0 }]);
    expect(ended).toBe("stopped before its end");
  });

  test("a second signal does not wait for a server that hangs", async () => {
    const hanging = await startServer();
    const { args } = sweep("rooms=1,2", "--url", `ws://127.0.0.1:${hanging.port}`, "--duration", "10m");
    const sweeping = start(args);
    await until(async () => (await statsOf(hanging)).messages_in > 0, "messages");
    hanging.signal("SIGSTOP");
    sweeping.signal("SIGINT");
    // Another one: two of the same kind may arrive as one.
    sweeping.signal("SIGTERM");
    expect([130, 143]).toContain(await sweeping.exited);
    await hanging.kill();
  });

  test("SIGINT during the cool-down does not wait for its end", async () => {
    const { args, out } = sweep("rooms=1,2", "--cool-down", "1h");
    const sweeping = start(args);
    await until(() => sweeping.stderr.includes("run 2 of 2"), "the pause");
    sweeping.signal("SIGINT");
    expect(await sweeping.exited).toBe(0);
    expect(readSummary(out).runs).toHaveLength(1);
  });

  test("a server that dies: what was measured is kept, and after two tests without it the sweep ends", async () => {
    const mortal = await startServer();
    const { args, out } = sweep("rooms=1..5+1", "--url", `ws://127.0.0.1:${mortal.port}`);
    const sweeping = start([...args, "--connect-timeout", "500ms", "--cool-down", "1s"]);
    await until(() => sweeping.stderr.includes("run 2 of 5"), "the second test");
    await mortal.kill();
    expect(await sweeping.exited).toBe(1);
    expect(sweeping.stderr).toContain("ended: 2 load tests in a row could not run");
    expect(sweeping.stderr).toMatch(/scale-chat: rooms=[23]: No client could connect: nothing listens/);
    const { runs, problems } = readSummary(out);
    expect(runs[0]).toMatchObject({ label: "rooms=1", loss: 0 });
    expect(problems.length).toBeGreaterThanOrEqual(2);
  }, 60_000);
});

describe("a sweep without sense is one line and exit code 2, before anything starts", () => {
  test.each([
    [
      "speed=1",
      [],
      "--sweep: speed is not an option that can be varied; allowed: rooms, room-size, interval",
    ],
    ["rooms=0", [], "--sweep: rooms=0: Not a number of rooms: a whole number from 1 to 1000000."],
    ["interval=1", [], "--sweep: interval=1: Not a duration: try 250ms"],
    ["dialect=latin", [], "--sweep: dialect=latin: Allowed: native, plain, register."],
    ["room-size=1..5", [], "is not a range; try room-size=10..110+10"],
    [
      "dialect=native,register",
      ["--size", "8"],
      "--sweep: dialect=register: --size 8: a message of the register",
    ],
    ["rooms=1", ["--threshold", "p99.9<1s"], "--sweep: rooms=1: p99.9<1s: it takes 10,000 messages"],
  ])("%s", async (axes, more, sentence) => {
    const { args, out } = sweep(axes, ...more);
    const ended = await run(args);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain(sentence);
    expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(existsSync(out)).toBeFalse();
  });

  test("a directory with something in it is left as it is", async () => {
    const { args, out } = sweep("rooms=1");
    mkdirSync(out);
    writeFileSync(join(out, "thesis.txt"), "words");
    const ended = await run(args);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain("the directory is not empty; name a new one");
    expect(readdirSync(out)).toEqual(["thesis.txt"]);
  });
});
