import { describe, expect, test } from "bun:test";
import { FakeClock } from "./clock.ts";
import { createLogger, LOG_LEVELS, type LoggerOptions, silentLogger } from "./log.ts";

function logger(options: Partial<LoggerOptions>) {
  const lines: string[] = [];
  const log = createLogger({
    format: "json",
    level: "debug",
    clock: new FakeClock(),
    write: (line) => lines.push(line),
    ...options,
  });
  return { log, lines };
}

describe("a log for machines", () => {
  test("has one object a line", () => {
    const { log, lines } = logger({});
    log.info("started", { port: 8080, name: 'a "b"\n\u202ec\u009b', ready: true, parent: null });
    expect(lines).toEqual([
      '{"time":"2025-11-21T00:00:00.000Z","level":"info","event":"started","port":8080,"name":"a \\"b\\" c","ready":true,"parent":null}',
    ]);
  });
});

describe("a log for people", () => {
  test("has the time of day, the level, the event and its fields", () => {
    const { log, lines } = logger({ format: "human" });
    log.info("started", { port: 8080, ready: true, parent: null });
    log.warn("slow");
    expect(lines).toEqual([
      "00:00:00.000 INFO  started port=8080 ready=true parent=null",
      "00:00:00.000 WARN  slow",
    ]);
  });

  test("quotes what would be read wrongly, and obeys nothing", () => {
    const { log, lines } = logger({ format: "human" });
    log.error("odd", { a: "two words", b: "", c: 'say "hi"', d: "x=1", e: "\u001b[31mred\nnext\u202e" });
    expect(lines).toEqual([
      '00:00:00.000 ERROR odd a="two words" b="" c="say \\"hi\\"" d="x=1" e="[31mred next"',
    ]);
  });
});

test("what is below the level is not written", () => {
  for (const [lowest, level] of LOG_LEVELS.entries()) {
    const { log, lines } = logger({ level });
    for (const each of LOG_LEVELS) log[each](each);
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(LOG_LEVELS.slice(lowest));
  }
});

test("the silent log takes everything", () => {
  for (const level of LOG_LEVELS) expect(silentLogger[level]("event", { a: 1 })).toBeUndefined();
});
