import { afterEach, expect, test } from "bun:test";
import { Shutdown } from "./shutdown.ts";

let shutdown: Shutdown | undefined;
afterEach(() => shutdown?.release());

test("the first signal asks, the second ends", async () => {
  const codes: number[] = [];
  shutdown = new Shutdown((code) => codes.push(code));
  process.kill(process.pid, "SIGTERM");
  expect(await shutdown.requested).toBe("SIGTERM");
  expect(codes).toEqual([]);
  shutdown.receive("SIGINT");
  shutdown.receive("SIGTERM");
  expect(codes).toEqual([130, 143]);
  expect(await shutdown.requested).toBe("SIGTERM");
});

test("a Ctrl-C that was typed counts as a signal", async () => {
  shutdown = new Shutdown(() => {});
  shutdown.receive("SIGINT");
  expect(await shutdown.requested).toBe("SIGINT");
});

test("released, it listens no more", () => {
  const listeners = () => process.listenerCount("SIGINT") + process.listenerCount("SIGTERM");
  const before = listeners();
  shutdown = new Shutdown(() => {});
  expect(listeners()).toBe(before + 2);
  shutdown.release();
  expect(listeners()).toBe(before);
});
