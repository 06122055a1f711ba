import { afterEach, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { Scrape } from "../lib/metrics/test-scrape.ts";
import {
  DEADLINE_MS,
  findEvent,
  limited,
  type Running,
  type RunningServer,
  startBalancer,
  startServer,
  until,
} from "./harness.ts";
import { RoomClient } from "./room-client.ts";

const TEST_MS = 6 * DEADLINE_MS;
const FILES = 128;
const strangers: Socket[] = [];
const opened: Running[] = [];

afterEach(async () => {
  for (const socket of strangers.splice(0)) socket.destroy();
  await Promise.all(opened.splice(0).map((server) => server.kill()));
});

const inside = (command: readonly string[]) => limited(FILES, command);

/** More connections than there are files, none of which says a word. */
async function crowd(port: number, server: Running): Promise<void> {
  for (let i = 0; i < 2 * FILES; i++) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    strangers.push(socket);
  }
  await until(() => findEvent(server.stdout, "open_files_short"), "the shortage to be seen");
}

const readiness = async ({ adminPort }: RunningServer) => {
  const response = await fetch(`http://127.0.0.1:${adminPort}/readyz`, { keepalive: false });
  return { status: response.status, ...((await response.json()) as { reason?: string }) };
};

test(
  "without files for newcomers a server serves those who are in, answers its operator, and recovers",
  async () => {
    const server = await startServer([], { inside });
    opened.push(server);
    const url = `ws://127.0.0.1:${server.port}`;
    const ann = new RoomClient(url, "ann");
    await until(() => ann.servers.length === 1, "ann to be in");
    await crowd(server.port, server);

    expect(await readiness(server)).toMatchObject({
      status: 503,
      reason: "there are no open files left for newcomers",
    });
    expect((await Scrape.of(server.adminPort)).value("scale_chat_connections")).toBe(1);
    expect(findEvent(server.stdout, "open_files_short")).toMatchObject({ limit: FILES, connections: 1 });
    ann.connection.send("still here");
    await until(() => ann.texts.includes("still here"), "ann to be heard");

    for (const socket of strangers.splice(0)) socket.destroy();
    await until(async () => (await readiness(server)).status === 200, "newcomers to be taken");
    const bob = new RoomClient(url, "bob");
    await until(() => bob.servers.length === 1, "bob to be in");
    // She came by the listener of before.
    bob.connection.send("hello");
    await until(() => ann.texts.includes("hello"), "ann to hear of bob");
    expect(ann.losses).toBe(0);
    for (const client of [ann, bob]) client.connection.close();
    expect(server.stdout).not.toContain('"unexpected"');
    expect(await server.stop()).toBe(0);
  },
  TEST_MS,
);

test(
  "a balancer, too, answers its operator, and recovers",
  async () => {
    const balancer = await startBalancer(["--min", "1", "--max", "1"], { inside });
    opened.push(balancer);
    await until(async () => (await readiness(balancer)).status === 200, "the fleet");
    await crowd(balancer.port, balancer);
    expect(await readiness(balancer)).toMatchObject({ status: 503 });
    for (const socket of strangers.splice(0)) socket.destroy();
    await until(async () => (await readiness(balancer)).status === 200, "newcomers to be told");
    expect((await fetch(`http://127.0.0.1:${balancer.port}/servers/provision?room=r`)).status).toBe(200);
    expect(await balancer.stop()).toBe(0);
  },
  TEST_MS,
);
