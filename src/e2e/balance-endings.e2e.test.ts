import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BalancerView, isRunning } from "./balancer-view.ts";
import { findEvent, startBalancer, until } from "./harness.ts";
import { RoomClient } from "./room-client.ts";
import { CTRL_C, openTerminal } from "./terminal.ts";

// However a balancer ends, no server of its outlives it.

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-endings-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const running: BalancerView[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ balancer }) => balancer.kill()));
});

async function balance(...args: string[]): Promise<BalancerView> {
  const fleet = new BalancerView(await startBalancer(args));
  running.push(fleet);
  return fleet;
}

/** A native client of a server; answers with the code with which it is closed. */
async function visit(url: string): Promise<Promise<number>[]> {
  const socket = new WebSocket(`${url}/ws/r`, ["scale-chat.v1"]);
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  await new Promise((resolve) => {
    socket.onmessage = resolve;
  });
  return [closed];
}

function linesAbout(log: string, event: string): number {
  return log.split("\n").filter((line) => line.includes(`"event":"${event}"`)).length;
}

describe("a balancer that is killed", () => {
  test("takes its servers along: they say goodbye and end within seconds", async () => {
    const fleet = await balance("--min", "2", "--drain-timeout", "5m");
    const servers = await fleet.ready(2);
    const closes = (await Promise.all(servers.map(({ url }) => visit(url)))).flat();
    const pids = [...fleet.processes.values()];
    expect(pids).toHaveLength(2);
    await fleet.balancer.kill();
    await until(() => !pids.some(isRunning), "the servers to be gone", 5000);
    expect(await Promise.all(closes)).toEqual([1001, 1001]);
    expect(linesAbout(fleet.balancer.stdout, "stopped")).toBe(2);
  });

  test("while they start, too", async () => {
    for (const delay of [0, 3, 10, 20, 30, 50]) {
      const fleet = await balance("--min", "3");
      const pids = await until(() => {
        const { processes } = fleet;
        return processes.size === 3 && [...processes.values()];
      }, "three processes");
      // Another moment of their start each time.
      await Bun.sleep(delay);
      await fleet.balancer.kill();
      await until(() => !pids.some(isRunning), `servers killed after ${delay} ms to be gone`, 5000);
    }
  });

  test("and comes back over the same file: clients go on where they were", async () => {
    const data = join(folder, "chat.db");
    const first = await balance("--min", "2", "--data", data);
    await first.ready(2);
    const people = ["ann", "bob"].map((name) => new RoomClient(first.url, name, "harbour"));
    const [ann, bob] = people as [RoomClient, RoomClient];
    await until(() => people.every(({ connection }) => connection.isOnline), "both to be in");
    for (let i = 0; i < 50; i++) ann.connection.send(`one ${i}`);
    await until(() => ann.acked === 50 && bob.seen.length === 50, "the first fifty");
    const { port } = first.balancer;
    await first.balancer.kill();
    await until(() => people.every(({ connection }) => !connection.isOnline), "both to be out");
    for (let i = 0; i < 50; i++) ann.connection.send(`two ${i}`);

    const second = await balance("--min", "2", "--data", data, "--port", `${port}`);
    await second.ready(2);
    await until(() => people.every(({ seen }) => seen.length === 100), "the rest at both");
    expect(ann.texts).toEqual(bob.texts);
    expect(ann.seen.map(({ offset }) => offset)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    for (const { recovered, gaps } of people) {
      expect([...new Set(recovered), ...gaps]).toEqual([true]);
    }
    await Promise.all(people.map(({ connection }) => connection.close()));
    expect(await second.balancer.stop()).toBe(0);
  });
});

describe("a balancer that is told to stop", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`with ${signal} ends its servers in order, soon, and exits with 0`, async () => {
      const fleet = await balance("--min", "2", "--drain-timeout", "5m");
      const servers = await fleet.ready(2);
      const closes = (await Promise.all(servers.map(({ url }) => visit(url)))).flat();
      const pids = [...fleet.processes.values()];
      fleet.balancer.signal(signal);
      expect(await fleet.balancer.exited).toBe(0);
      expect(pids.filter(isRunning)).toEqual([]);
      expect(await Promise.all(closes)).toEqual([1001, 1001]);
      const { stdout, stderr } = fleet.balancer;
      expect(findEvent(stdout, "stopping")).toMatchObject({ reason: signal });
      expect(["draining", "left", "stopped", "died"].map((event) => linesAbout(stdout, event))).toEqual([
        2, 2, 3, 0,
      ]);
      expect(stderr).toBe("");
    });
  }

  test("names no server meanwhile", async () => {
    const fleet = await balance("--min", "1", "--drain-timeout", "5m");
    const [server] = await fleet.ready(1);
    // Stands still, so that the balancer has to wait for it.
    const pid = fleet.processes.get(server!.id)!;
    process.kill(pid, "SIGSTOP");
    fleet.balancer.signal("SIGTERM");
    const refused = await until(async () => {
      const response = await fetch(`${fleet.url}/servers/provision?room=r`);
      return response.status !== 200 && response;
    }, "no server to be named");
    expect(refused.status).toBe(503);
    expect((await fetch(`${fleet.adminUrl}/readyz`)).status).toBe(503);
    process.kill(pid, "SIGCONT");
    expect(await fleet.balancer.exited).toBe(0);
  });

  test("twice ends at once, its servers too", async () => {
    const fleet = await balance("--min", "1", "--drain-timeout", "5m");
    await fleet.ready(1);
    const pids = [...fleet.processes.values()];
    for (const signal of ["SIGSTOP", "SIGINT", "SIGTERM", "SIGCONT"] as const) fleet.balancer.signal(signal);
    expect([130, 143]).toContain(await fleet.balancer.exited);
    await until(() => !pids.some(isRunning), "the server to be gone", 5000);
  });

  test("by Ctrl-C, which reaches its servers directly as well, ends everything once", async () => {
    const ports = ["--host", "127.0.0.1", "--port", "0", "--admin-port", "0"];
    const terminal = openTerminal(["balance", ...ports, "--min", "2", "--log-format", "json"], {
      columns: 400,
      rows: 50,
    });
    try {
      await until(() => linesAbout(terminal.raw, "joined") === 2, "two servers");
      terminal.type(CTRL_C);
      expect(await terminal.exited).toBe(0);
      await until(() => linesAbout(terminal.raw, "stopped") === 3, "the last line");
      const counts = ["stopping", "draining", "left", "died"].map((event) => linesAbout(terminal.raw, event));
      expect(counts).toEqual([3, 2, 2, 0]);
    } finally {
      await terminal.kill();
    }
  });
});
