import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { type LogFields, silentLogger } from "./log.ts";
import { openServiceManager, ServiceManager } from "./service-manager.ts";
import { listenForNotifications } from "./test-notify-receiver.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A service in which everything can be set, and what its manager has been told since the last look. */
function supervise({ watchdogMs = null as number | null, problem = null as string | null } = {}) {
  const told: string[] = [];
  const warnings: Array<[event: string, fields: LogFields | undefined]> = [];
  const errors: typeof warnings = [];
  const service = { problem, does: "idle", isHeard: true };
  const warn = (event: string, fields?: LogFields) => void warnings.push([event, fields]);
  const error = (event: string, fields?: LogFields) => void errors.push([event, fields]);
  const send = (text: string) => service.isHeard && told.push(text) > 0;
  const manager = new ServiceManager(send, watchdogMs, { ...silentLogger, warn, error });
  manager.watch({ problem: () => service.problem, status: () => service.does });
  return { manager, service, warnings, errors, news: () => told.splice(0) };
}

test("a service that is ready says so at once, and only once", () => {
  const { news } = supervise();
  jest.advanceTimersByTime(60_000);
  expect(news()).toEqual(["READY=1\nSTATUS=idle"]);
});

test("one that is not says why, and is ready as soon as it is", () => {
  const { service, news } = supervise({ problem: "Redis\nis away" });
  jest.advanceTimersByTime(30_000);
  expect(news()).toEqual(["STATUS=takes no clients: Redis is away"]);
  service.problem = null;
  jest.advanceTimersByTime(100);
  expect(news()).toEqual(["READY=1\nSTATUS=idle"]);
});

test("the watchdog hears of it twice in its time, also while Redis is away", () => {
  const { service, news } = supervise({ watchdogMs: 8000 });
  expect(news()).toEqual(["READY=1\nSTATUS=idle\nWATCHDOG=1"]);
  jest.advanceTimersByTime(8000);
  expect(news()).toEqual(["WATCHDOG=1", "WATCHDOG=1"]);
  service.problem = "Redis is away";
  jest.advanceTimersByTime(8000);
  expect(news()).toEqual(["STATUS=takes no clients: Redis is away\nWATCHDOG=1", "WATCHDOG=1"]);
});

test("the watchdog hears also of a service that fails to say how it is", () => {
  const { service, errors, news } = supervise({ watchdogMs: 8000 });
  news();
  Object.defineProperty(service, "does", {
    get: () => {
      throw new Error("too many open files");
    },
  });
  jest.advanceTimersByTime(8000);
  expect(news()).toEqual(["WATCHDOG=1", "WATCHDOG=1"]);
  expect(errors[0]).toEqual(["unexpected", { error: "too many open files" }]);
  Object.defineProperty(service, "does", { value: "busy" });
  jest.advanceTimersByTime(4000);
  expect(news()).toEqual(["STATUS=busy\nWATCHDOG=1"]);
});

test("what it does is told when it changes, without a watchdog, too", () => {
  const { service, news } = supervise();
  service.does = "2 connections";
  jest.advanceTimersByTime(30_000);
  expect(news()).toEqual(["READY=1\nSTATUS=idle", "STATUS=2 connections"]);
});

test("one that ends asks for the time that its drain may take, and is silent then", () => {
  const { manager, news } = supervise({ watchdogMs: 1000 });
  news();
  manager.stopping(60_000);
  expect(news()).toEqual(["STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=70000000"]);
  jest.advanceTimersByTime(60_000);
  expect(news()).toEqual([]);
});

test("what does not arrive is logged once", () => {
  const { service, warnings } = supervise({ watchdogMs: 1000 });
  service.isHeard = false;
  jest.advanceTimersByTime(10_000);
  expect(warnings).toEqual([["service_manager_deaf", { said: "WATCHDOG=1" }]]);
});

test("without a manager nothing is asked, told or logged", async () => {
  const manager = await openServiceManager({ WATCHDOG_USEC: "1000000" }, silentLogger);
  const never = () => {
    throw new Error("asked");
  };
  manager.watch({ problem: never, status: never });
  manager.stopping(1000);
  manager.close();
});

test("a watchdog that watches another process is not answered", async () => {
  const receiver = listenForNotifications();
  try {
    for (const [pid, beat] of [
      [process.pid, "READY=1\nSTATUS=idle\nWATCHDOG=1"],
      [1, "READY=1\nSTATUS=idle"],
    ] as const) {
      const env = { NOTIFY_SOCKET: receiver.address, WATCHDOG_USEC: "1000000", WATCHDOG_PID: `${pid}` };
      const manager = await openServiceManager(env, silentLogger);
      manager.watch({ problem: () => null, status: () => "idle" });
      manager.close();
      expect(receiver.heard().at(-1)).toBe(beat);
    }
  } finally {
    receiver.close();
  }
});
