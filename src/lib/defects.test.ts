import { afterEach, beforeEach, expect, test } from "bun:test";
import { outliveDefects } from "./defects.ts";
import { silentLogger } from "./log.ts";

const EVENTS = ["uncaughtException", "unhandledRejection"] as const;

let before: Array<readonly unknown[]>;
beforeEach(() => {
  before = EVENTS.map((event) => process.listeners(event as "uncaughtException"));
});
afterEach(() => {
  for (const [i, event] of EVENTS.entries()) {
    for (const listener of process.listeners(event as "uncaughtException")) {
      if (!before[i]!.includes(listener)) process.off(event, listener);
    }
  }
});

test("what nobody caught is logged", () => {
  const logged: unknown[] = [];
  outliveDefects({ ...silentLogger, error: (event, fields) => logged.push([event, fields]) });
  process.emit("uncaughtException", new Error("a callback broke"));
  process.emit("unhandledRejection", "no reason", Promise.resolve());
  expect(logged).toEqual([
    ["unexpected", { error: "a callback broke" }],
    ["unexpected", { error: "no reason" }],
  ]);
});
