import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { until } from "../../lib/test-until.ts";
import { fakeStatus } from "../fake-status.ts";
import { FakeBalancer } from "./fake-balancer.ts";
import { showFleet, watchFleet } from "./show.ts";
import { renderFleet } from "./table.ts";

let balancer: FakeBalancer;
let stdout: PassThrough;
let stderr: PassThrough;
const written = { stdout: "", stderr: "" };
beforeEach(() => {
  balancer = new FakeBalancer();
  Object.assign(written, { stdout: "", stderr: "" });
  [stdout, stderr] = [new PassThrough(), new PassThrough()];
  stdout.on("data", (chunk) => (written.stdout += chunk));
  stderr.on("data", (chunk) => (written.stderr += chunk));
});
afterEach(() => balancer.stop());

/** The streams as a pipe or as a terminal of that many rows. */
const io = (rows?: number) =>
  ({ stdout: Object.assign(stdout, rows === undefined ? {} : { isTTY: true, rows }), stderr }) as never;

/** Watches until `end` is called. */
function watch(json: boolean, rows?: number) {
  const signal = Promise.withResolvers<"SIGINT">();
  const ended = watchFleet({ url: balancer.url, json }, io(rows), { requested: signal.promise });
  return {
    ended,
    end: () => {
      signal.resolve("SIGINT");
      return ended;
    },
  };
}

test("once: the table, or the answer", async () => {
  expect(await showFleet({ url: balancer.url, json: false }, io())).toBe(0);
  await until(() => written.stdout === renderFleet(balancer.status), "the table");
  written.stdout = "";
  expect(await showFleet({ url: balancer.url, json: true }, io())).toBe(0);
  await until(() => written.stdout === `${JSON.stringify(balancer.status)}\n`, "the answer");
});

describe("watching", () => {
  test("in a pipe: a block a second, until a signal", async () => {
    const { end } = watch(false);
    const block = `1970-01-01T00:00:01.000Z\n${renderFleet(balancer.status)}\n`;
    await until(() => written.stdout === block + block, "two blocks");
    expect(await end()).toBe(0);
    expect(written.stdout).toBe(block + block);
  });

  test("as JSON: a line a second; a balancer that is away is said once, and waited for", async () => {
    const { end } = watch(true);
    const lines = () => written.stdout.split("\n").length - 1;
    await until(() => lines() === 1, "the first line");
    balancer.answer = () => new Response("", { status: 502 });
    const before = balancer.asked.length;
    await until(() => balancer.asked.length >= before + 2, "two more questions");
    balancer.answer = null;
    await until(() => lines() === 2, "the second line");
    expect(await end()).toBe(0);
    expect(written.stderr.match(/HTTP 502/g)).toHaveLength(1);
    expect(written.stderr).toStartWith("scale-chat: Cannot show the fleet");
    for (const line of written.stdout.trim().split("\n")) expect(JSON.parse(line)).toEqual(balancer.status);
  });

  test("on a terminal: on a screen of its own, cut to its height; the last table stays", async () => {
    balancer.status = fakeStatus(1000, []);
    const { end } = watch(false, 4);
    await until(() => written.stdout.includes("\u001b[J"), "the first drawing");
    const [enter, drawn] = written.stdout.split("\u001b[H");
    expect(enter).toBe("\u001b[?1049h\u001b[?25l\u001b[?7l");
    expect(drawn!.split("\r\n")).toHaveLength(4);
    expect(drawn).toContain("Ctrl-C ends");
    balancer.answer = () => new Response("", { status: 502 });
    await until(() => written.stdout.includes("HTTP 502"), "the problem");
    stdout.emit("resize");
    await end();
    const left = "\u001b[?7h\u001b[?25h\u001b[?1049l";
    expect(written.stdout).toEndWith(left + renderFleet(balancer.status));
    const length = written.stdout.length;
    stdout.emit("resize");
    expect(written.stdout).toHaveLength(length);
  });

  test("nobody there at first is an error, and the terminal is left alone", async () => {
    await balancer.stop();
    await expect(watch(false, 10).ended).rejects.toThrow("nothing listens");
    expect(written.stdout).toBe("");
  });

  test("a reader who has seen enough ends it", async () => {
    const { ended } = watch(true);
    await until(() => written.stdout !== "", "the first line");
    stdout.emit("error", Object.assign(new Error("broken pipe"), { code: "EPIPE" }));
    expect(await ended).toBe(0);
  });
});
