import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock } from "../../lib/clock.ts";
import { OperationError } from "../../lib/errors.ts";
import { silentLogger } from "../../lib/log.ts";
import { brokerContract, CONTRACT_HISTORY, CONTRACT_HISTORY_TTL } from "../broker.contract.ts";
import { DEDUPE_WINDOW_MS } from "../broker.ts";
import { DurableBroker } from "./durable-broker.ts";
import { openLogFile } from "./file.ts";
import { Store } from "./store.ts";

let folder: string;
let path: string;
let clock: FakeClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-durable-"));
  path = join(folder, "chat.db");
  clock = new FakeClock();
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(options: { history?: number; historyTtl?: number; maxPages?: number } = {}): DurableBroker {
  const database = openLogFile(path, "normal", `epoch${clock.now()}`);
  if (options.maxPages !== undefined) database.run(`PRAGMA max_page_count = ${options.maxPages}`);
  const limits = { history: options.history ?? CONTRACT_HISTORY, historyTtl: options.historyTtl ?? null };
  return new DurableBroker(new Store(database), limits, clock, silentLogger);
}

const says = (messageId: number, text = String(messageId)) => ({
  messageId,
  sender: "ann",
  text,
  sentAt: "2026-01-31T12:00:00Z",
  session: "session-0123456789",
});

brokerContract("the durable broker", async () => {
  const own = mkdtempSync(join(tmpdir(), "scale-chat-contract-"));
  const time = new FakeClock();
  const store = new Store(openLogFile(join(own, "chat.db"), "normal", "epoch1"));
  const broker = new DurableBroker(
    store,
    { history: CONTRACT_HISTORY, historyTtl: CONTRACT_HISTORY_TTL },
    time,
    silentLogger,
  );
  return { broker, clock: time, cleanUp: async () => rmSync(own, { recursive: true }) };
});

describe("after a restart", () => {
  test("the log goes on where it stood: same epoch, next offset, same history", async () => {
    const before = open();
    for (let i = 1; i <= 3; i++) await before.publish("r", says(i));
    const old = await before.history("r", null, 10);
    await before.close();

    clock.advance(1000);
    const after = open();
    expect(await after.history("r", null, 10)).toEqual(old);
    expect(await after.publish("r", says(4))).toEqual({ epoch: old.epoch, offset: 4, duplicate: false });
    const { messages, complete } = await after.history("r", { epoch: old.epoch, offset: 2 }, 10);
    expect([messages.map(({ offset }) => offset), complete]).toEqual([[3, 4], true]);
    await after.close();
  });

  test("a message is still recognised for the whole window", async () => {
    const before = open({ history: 1 });
    for (let i = 1; i <= 5; i++) await before.publish("r", says(i));
    await before.close();
    clock.advance(DEDUPE_WINDOW_MS - 1000);
    const after = open({ history: 1 });
    expect(await after.publish("r", says(2))).toMatchObject({ offset: 2, duplicate: true });
    await after.close();
  });

  test("an id keeps its type", async () => {
    const before = open();
    for (const messageId of [7, "7", 2 ** 53 - 1, "a\u0000b"])
      await before.publish("r", { ...says(1), messageId });
    await before.close();
    const after = open();
    const { messages } = await after.history("r", null, 10);
    expect(messages.map(({ messageId }) => messageId)).toEqual([7, "7", 2 ** 53 - 1, "a\u0000b"]);
    await after.close();
  });
});

describe("limits", () => {
  test("messages older than the time to live are gone from history", async () => {
    const broker = open({ historyTtl: 60_000 });
    await broker.publish("r", says(1));
    clock.advance(50_000);
    await broker.publish("r", says(2));
    clock.advance(20_000);
    const { messages, epoch } = await broker.history("r", null, 10);
    expect(messages.map(({ offset }) => offset)).toEqual([2]);
    expect((await broker.history("r", { epoch, offset: 0 }, 10)).complete).toBe(false);
    expect((await broker.history("r", { epoch, offset: 1 }, 10)).complete).toBe(true);
    await broker.close();
  });

  test("the file does not grow with what history no longer holds", async () => {
    const broker = open({ history: 10 });
    const rows = () => {
      const reader = new Database(path, { readonly: true });
      const { n } = reader.query("SELECT count(*) AS n FROM messages").get() as { n: number };
      reader.close();
      return n;
    };
    for (let i = 1; i <= 100; i++) await broker.publish("r", says(i));
    broker.tend();
    clock.advance(DEDUPE_WINDOW_MS);
    broker.tend();
    await broker.close();
    expect(rows()).toBe(10);
  });

  test("a full disk refuses what cannot be stored, and takes the next as soon as there is room", async () => {
    const broker = open({ maxPages: 40, history: 5 });
    const heard: number[] = [];
    await broker.subscribe("r", (messages) => heard.push(...messages.map(({ offset }) => offset)));
    const big = "x".repeat(10_000);
    let stored = 0;
    let refusals = 0;
    for (let i = 1; i <= 30; i++) {
      await broker.publish("r", says(i, big)).then(
        () => stored++,
        () => refusals++,
      );
    }
    expect(refusals).toBeGreaterThan(0);
    expect(broker.problem).toContain("disk is full");
    broker.tend();
    expect(broker.problem).toContain("disk is full");
    expect(heard).toEqual(Array.from({ length: stored }, (_, index) => index + 1));
    clock.advance(DEDUPE_WINDOW_MS);
    broker.tend();
    expect(broker.problem).toBeNull();
    // Under the same id as one that was refused: it was not stored, so it is no duplicate.
    expect(await broker.publish("r", says(30, big))).toMatchObject({ offset: stored + 1, duplicate: false });
    await broker.close();
  });

  test("a disk that takes messages again is no problem any more", async () => {
    const database = openLogFile(path, "normal", "epoch");
    const limits = { history: CONTRACT_HISTORY, historyTtl: null };
    const broker = new DurableBroker(new Store(database), limits, clock, silentLogger);
    const allow = (pages: number) => database.run(`PRAGMA max_page_count = ${pages}`);
    const big = "x".repeat(100_000);
    for (const again of [() => broker.tend(), () => broker.publish("r", says(2, big))]) {
      allow(1);
      await expect(broker.publish("r", says(1, big))).rejects.toThrow("disk is full");
      expect(broker.problem).toContain("disk is full");
      allow(1000);
      await again();
      expect(broker.problem).toBeNull();
    }
    expect(await broker.publish("r", says(1))).toMatchObject({ offset: 2, duplicate: false });
    await broker.close();
  });
});

test("a file that was deleted under it is a problem that is told once, until it is back", async () => {
  const told: string[] = [];
  const log = { ...silentLogger, error: (event: string) => void told.push(event) };
  const limits = { history: CONTRACT_HISTORY, historyTtl: null };
  const broker = new DurableBroker(new Store(openLogFile(path, "normal", "epoch")), limits, clock, log);
  broker.tend();
  expect([broker.problem, told]).toEqual([null, []]);
  renameSync(path, `${path}.away`);
  for (let i = 0; i < 2; i++) broker.tend();
  expect(broker.problem).toContain("deleted or replaced");
  writeFileSync(path, "another one");
  broker.tend();
  expect([broker.problem, told]).toEqual([expect.stringContaining("deleted"), ["log_file_gone"]]);
  renameSync(`${path}.away`, path);
  broker.tend();
  expect(broker.problem).toBeNull();
  await broker.close();
});

describe("a file that is none of ours is refused and left as it is", () => {
  const refuses = (words: string) => {
    const before = readFileSync(path);
    const attempt = () => openLogFile(path, "normal", "e");
    expect(attempt).toThrow(OperationError);
    expect(attempt).toThrow(words);
    expect(readFileSync(path).equals(before)).toBe(true);
  };

  test("a text", () => {
    writeFileSync(path, "dear diary\n".repeat(50));
    refuses("not a log of scale-chat");
  });

  test("another program's SQLite file", () => {
    const other = new Database(path, { create: true });
    other.run("CREATE TABLE birds (name TEXT)");
    other.close();
    refuses("not a log of scale-chat");
  });

  test("a newer version's", async () => {
    await open().close();
    const newer = new Database(path);
    newer.run("PRAGMA journal_mode = DELETE");
    newer.run("PRAGMA user_version = 99");
    newer.close();
    refuses("newer version");
  });

  test("a damaged one", async () => {
    const broker = open();
    for (let i = 1; i <= 50; i++) await broker.publish("r", says(i, "x".repeat(500)));
    await broker.close();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4096 * 2, 4096 * 5);
    writeFileSync(path, bytes);
    refuses("damaged");
  });

  test("one cut in half", async () => {
    const broker = open();
    for (let i = 1; i <= 50; i++) await broker.publish("r", says(i, "x".repeat(500)));
    await broker.close();
    writeFileSync(path, readFileSync(path).subarray(0, 10_000));
    refuses("damaged");
  });

  test("one that is in use", async () => {
    const broker = open();
    await broker.publish("r", says(1));
    expect(() => openLogFile(path, "normal", "e")).toThrow("another process is using it");
    await broker.close();
  });

  test("an empty file is a new log", async () => {
    writeFileSync(path, "");
    const broker = open();
    expect(await broker.publish("r", says(1))).toMatchObject({ offset: 1 });
    await broker.close();
  });

  test("a place that does not exist", () => {
    path = join(folder, "no", "where", "chat.db");
    expect(() => openLogFile(path, "normal", "e")).toThrow(OperationError);
  });
});
