import { expect, test } from "bun:test";
import { FakeClock } from "../../lib/clock.ts";
import { type LogFields, silentLogger } from "../../lib/log.ts";
import { notNow } from "./refusal.ts";
import { RefusalLog } from "./refusal-log.ts";

test("of each rule one in ten seconds is told, with how many others there were", () => {
  const clock = new FakeClock();
  const lines: Array<LogFields | undefined> = [];
  const log = new RefusalLog(clock, { ...silentLogger, info: (_, fields) => void lines.push(fields) });
  const full = notNow("max_connections", "this server is full: 1 connections", 5);
  for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.3"]) log.add(full, () => address);
  log.add({ rule: "token", status: 401, problem: "no token" }, () => "192.0.2.4");
  clock.advance(10_000);
  log.add(full, () => "192.0.2.5");
  const told = { rule: "max_connections", status: 503, problem: full.problem };
  expect(lines).toEqual([
    { ...told, address: "192.0.2.1", others: 0 },
    { rule: "token", status: 401, problem: "no token", address: "192.0.2.4", others: 0 },
    { ...told, address: "192.0.2.5", others: 2 },
  ]);
});
