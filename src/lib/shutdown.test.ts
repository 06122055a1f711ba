import { afterEach, expect, test } from "bun:test";
import { Shutdown, withShutdown } from "./shutdown.ts";

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

const listeners = () => process.listenerCount("SIGINT") + process.listenerCount("SIGTERM");

test("released, it listens no more", () => {
  const before = listeners();
  shutdown = new Shutdown(() => {});
  expect(listeners()).toBe(before + 2);
  shutdown.release();
  expect(listeners()).toBe(before);
});

test("withShutdown listens until the end, also until a bad one", async () => {
  const before = listeners();
  const seen = await withShutdown(
    () => {},
    async (given) => {
      expect(listeners()).toBe(before + 2);
      given.receive("SIGTERM");
      return given.requested;
    },
  );
  expect(seen).toBe("SIGTERM");
  const failing = withShutdown(
    () => {},
    async () => {
      throw new Error("it went wrong");
    },
  );
  await expect(failing).rejects.toThrow("it went wrong");
  expect(listeners()).toBe(before);
});
