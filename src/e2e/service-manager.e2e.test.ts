import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { listenForNotifications, type NotifyReceiver } from "../lib/test-notify-receiver.ts";
import { BalancerView } from "./balancer-view.ts";
import { findEvent, type Running, startBalancer, startServer, until } from "./harness.ts";

const started: Running[] = [];
let manager: NotifyReceiver | undefined;
afterEach(async () => {
  for (const running of started.splice(0)) await running.kill();
  manager?.close();
  manager = undefined;
});

const WATCHDOG_MS = 400;

/** What a service manager puts into the environment of a service that it watches. */
function environment({ address }: NotifyReceiver): Record<string, string> {
  return { NOTIFY_SOCKET: address, WATCHDOG_USEC: `${WATCHDOG_MS * 1000}` };
}

function track<T extends Running>(running: T): T {
  started.push(running);
  return running;
}

test("a server is ready when it listens, lives while its event loop turns, and says when it drains", async () => {
  manager = listenForNotifications();
  const { heard } = manager;
  const server = track(await startServer(["--drain-timeout", "20s"], { env: environment(manager) }));
  const first = await until(() => heard()[0], "the first word");
  expect(first).toBe(`READY=1\nSTATUS=0 connections in 0 rooms, port ${server.port}\nWATCHDOG=1`);
  expect((await fetch(`http://127.0.0.1:${server.adminPort}/readyz`)).ok).toBe(true);
  await until(() => heard().includes("WATCHDOG=1"), "a beat");

  server.signal("SIGSTOP");
  await until(() => / T /.test(readFileSync(`/proc/${server.pid}/stat`, "utf8")), "it to stand still");
  manager.forget();
  // Silence takes time to be heard: in this one it would have spoken four times.
  await Bun.sleep(2 * WATCHDOG_MS);
  expect(heard()).toEqual([]);
  server.signal("SIGCONT");
  await until(() => heard().includes("WATCHDOG=1"), "a beat after standing still");

  expect(await server.stop()).toBe(0);
  expect(heard().at(-1)).toBe("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=30000000");
});

test("a server whose manager is not there serves all the same, and says so once", async () => {
  const server = track(await startServer([], { env: { NOTIFY_SOCKET: "/nowhere/notify" } }));
  await until(() => findEvent(server.stdout, "service_manager_deaf"), "the warning");
  expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).ok).toBe(true);
  expect(await server.stop()).toBe(0);
  expect(server.stdout.split("service_manager_deaf")).toHaveLength(2);
});

test("a balancer is ready when a server of its takes clients; its servers say nothing themselves", async () => {
  manager = listenForNotifications("abstract");
  const { heard } = manager;
  const fleet = new BalancerView(track(await startBalancer(["--max", "1"], { env: environment(manager) })));
  await until(() => heard().some((text) => text.includes("READY=1")), "the fleet to be ready");
  expect((await fleet.stats()).servers).toMatchObject([{ phase: "ready" }]);
  expect(heard()[0]).toContain("STATUS=takes no clients: no server takes clients");
  expect(await fleet.balancer.stop()).toBe(0);
  const words = heard().flatMap((text) => text.split("\n"));
  for (const once of ["READY=1", "STOPPING=1"]) expect(words.filter((word) => word === once)).toEqual([once]);
});
