import { expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import type { Redis } from "ioredis";
import type { Logger } from "../../lib/log.ts";
import { logState } from "./log-state.ts";

function open() {
  const connection = new EventEmitter();
  const lines: Array<[string, object]> = [];
  const write = (event: string, fields: object = {}) => void lines.push([event, fields]);
  const log: Logger = { debug() {}, info: write, warn: write, error: write };
  const hush = logState(connection as unknown as Redis, "commands", log);
  return { connection, lines, hush };
}

const use = "commands";

test("a loss is one line with its reason, however often it is tried again", () => {
  const { connection, lines } = open();
  connection.emit("ready");
  connection.emit("error", new Error("reset"));
  connection.emit("close");
  connection.emit("error", new Error("refused"));
  connection.emit("close");
  expect(lines).toEqual([
    ["redis_ready", { use }],
    ["redis_lost", { use, error: "reset" }],
  ]);
});

test("the reason of an earlier loss is not that of the next", () => {
  const { connection, lines } = open();
  connection.emit("error", new Error("refused"));
  connection.emit("ready");
  connection.emit("close");
  expect(lines.at(-1)).toEqual(["redis_lost", { use, error: "the connection was closed" }]);
});

test("what is closed on purpose is not lost", () => {
  const { connection, lines, hush } = open();
  connection.emit("ready");
  hush();
  connection.emit("close");
  expect(lines).toHaveLength(1);
});
