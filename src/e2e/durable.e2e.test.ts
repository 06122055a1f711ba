import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBunSocket } from "../client/bun-socket.ts";
import { Connection, type RoomMessage } from "../client/connection.ts";
import { randomId, seededRandom } from "../lib/random.ts";
import { type RunningServer, run, startServer, until } from "./harness.ts";

const SEED = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 2 ** 32));

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-data-"));
  data = join(folder, "chat.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Someone who writes down everything that happens. */
class Witness {
  readonly seen: RoomMessage[] = [];
  gaps = 0;
  acked = 0;
  readonly connection: Connection;

  constructor(port: number, room: string, name: string) {
    const random = seededRandom(SEED + name.length);
    this.connection = new Connection(
      {
        url: `ws://127.0.0.1:${port}`,
        room,
        name,
        session: randomId(Math.random, 20),
        history: 0,
        presence: "none",
        openSocket: openBunSocket,
        random,
      },
      {
        onOnline() {},
        onOffline() {},
        onEnd() {},
        onMessage: (message) => this.seen.push(message),
        onAck: () => this.acked++,
        onGap: () => this.gaps++,
        onPresence() {},
        onError() {},
      },
    );
    this.connection.connect();
  }
}

test(`kill -9 at any moment loses nothing that was acknowledged (seed ${SEED})`, async () => {
  const random = seededRandom(SEED);
  const args = ["--data", data, "--history", "100000"];
  let server: RunningServer = await startServer(args);
  const { port } = server;
  const witnesses = ["ann", "bob", "cleo"].map((name) => new Witness(port, "r", name));
  await until(() => witnesses.every(({ connection }) => connection.isOnline), "everyone to be in");

  let sent = 0;
  const talk = setInterval(() => {
    for (const { connection } of witnesses) connection.send(`number ${++sent}`);
  }, 1);
  for (let kill = 0; kill < 3; kill++) {
    const enough = sent + 50 + random() * 300;
    await until(() => sent > enough, "something to be said");
    await server.kill();
    server = await startServer([...args, "--port", `${port}`]);
    await until(() => witnesses.every(({ connection }) => connection.isOnline), "everyone to be back");
  }
  clearInterval(talk);
  await until(
    () => witnesses.every(({ acked, seen }) => acked === sent / 3 && seen.length === sent),
    "the rest",
  );

  const offsets = Array.from({ length: sent }, (_, i) => i + 1);
  for (const { seen, gaps } of witnesses) {
    expect(gaps).toBe(0);
    expect(seen.map(({ offset }) => offset)).toEqual(offsets);
    expect(seen.map(({ text }) => text)).toEqual(witnesses[0]!.seen.map(({ text }) => text));
    expect(new Set(seen.map(({ text }) => text)).size).toBe(sent);
  }
  await Promise.all(witnesses.map(({ connection }) => connection.close()));
  expect(await server.stop()).toBe(0);
}, 60_000);

test("a copy of the file of a server that has stopped is a whole backup", async () => {
  const said = async (file: string, text: string) => {
    const server = await startServer(["--data", file]);
    const url = `ws://127.0.0.1:${server.port}`;
    const { stdout } = await run(["chat", "r", "--name", "ann", "--url", url], { stdin: text });
    expect(await server.stop()).toBe(0);
    return stdout;
  };
  expect(await said(data, "one\n")).toBe("ann: one\n");
  expect(existsSync(`${data}-wal`)).toBe(false);
  const copy = join(folder, "copy.db");
  copyFileSync(data, copy);
  await said(data, "two\n");
  expect(await said(copy, "three\n")).toBe("ann: one\nann: three\n");
});

describe("a file that cannot be used", () => {
  test("one of somebody else: one clear line, exit 1, the file as it was", async () => {
    writeFileSync(data, "these are my notes\n".repeat(20));
    const before = readFileSync(data);
    const ended = await run(["serve", "--port", "0", "--admin-port", "0", "--data", data]);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toBe(
      `scale-chat: ${data} is not a log of scale-chat; it was left as it is: choose another --data file\n`,
    );
    expect(readFileSync(data).equals(before)).toBe(true);
  });

  test("one that another server uses", async () => {
    const server = await startServer(["--data", data]);
    const ended = await run(["serve", "--port", "0", "--admin-port", "0", "--data", data]);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain("another process is using it");
    await server.stop();
  });
});
