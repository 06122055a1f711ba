import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { EventEmitter } from "node:events";
import type { Redis } from "ioredis";
import { silentLogger } from "../../lib/log.ts";
import { Keys } from "./keys.ts";
import { encodePayload } from "./payload.ts";
import type { LogPage } from "./redis-room.ts";
import { Subscriptions } from "./subscriptions.ts";
import { says } from "./test-broker.ts";

const EMPTY: LogPage = { epoch: "e", replid: "1", head: 0, messages: [], complete: true };
const LINGER_MS = 1000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A connection that knows which channels it listens to; `subscribe` answers as it is told to. */
class Connection extends EventEmitter {
  status = "ready";
  readonly channels = new Set<string>();
  answer = Promise.resolve();

  async connect() {}
  async subscribe(...channels: string[]) {
    for (const channel of channels) this.channels.add(channel);
    await this.answer;
  }
  async unsubscribe(channel: string) {
    this.channels.delete(channel);
  }
  async publish() {}
  disconnect() {
    this.status = "reconnecting";
  }
}

/** Subscriptions over a log whose answers wait for `release`, as long as it is `held`. */
function open() {
  const connection = new Connection();
  const keys = new Keys("chat");
  const log = { held: false, release: () => {} };
  const subscriptions = new Subscriptions({
    commands: connection as unknown as Redis,
    subscriber: connection as unknown as Redis,
    isSharded: false,
    keys,
    probe: "probe",
    readLog: () => async () => {
      if (log.held) await new Promise<void>((resolve) => (log.release = resolve));
      return EMPTY;
    },
    log: silentLogger,
  });
  const heard: string[] = [];
  const join = () =>
    subscriptions.add(
      "r",
      (messages) => heard.push(...messages.map(({ text }) => text)),
      () => {},
    );
  /** What Redis does with a message: only those who listen to the channel hear it. */
  const publish = (offset: number) => {
    const channel = keys.channel("r");
    if (!connection.channels.has(channel)) return;
    const batch = `{"e":"e","r":"1","o":${offset},"m":[${encodePayload(says(offset), 0)}]}`;
    connection.emit("message", channel, batch);
  };
  return { connection, subscriptions, log, heard, join, publish };
}

const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await null;
};

test("who comes back while an empty room is about to be left, is heard", async () => {
  const { subscriptions, log, heard, join, publish } = open();
  (await join()).unsubscribe();
  log.held = true;
  const joining = join();
  await settle();
  jest.advanceTimersByTime(LINGER_MS);
  log.release();
  await joining;
  publish(1);
  expect(heard).toEqual(["1"]);
  subscriptions.close();
});

test("a room that stays empty is left", async () => {
  const { connection, subscriptions, join } = open();
  (await join()).unsubscribe();
  expect(connection.channels.size).toBe(1);
  jest.advanceTimersByTime(LINGER_MS);
  expect(connection.channels.size).toBe(0);
  expect(subscriptions.room("r")).toBeUndefined();
  subscriptions.close();
});

test("who comes after a channel was refused asks for it again", async () => {
  const { connection, subscriptions, heard, join, publish } = open();
  connection.answer = Promise.reject(new Error("away"));
  await expect(join()).rejects.toThrow("away");
  connection.answer = Promise.resolve();
  await join();
  publish(1);
  expect(heard).toEqual(["1"]);
  subscriptions.close();
});

test("a connection on which not every room could be subscribed to again is renewed", async () => {
  const { connection, subscriptions, join } = open();
  await join();
  connection.answer = Promise.reject(new Error("Command timed out"));
  connection.emit("ready");
  await settle();
  expect(connection.status).toBe("reconnecting");
  subscriptions.close();
});
