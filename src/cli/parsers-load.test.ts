import { describe, expect, test } from "bun:test";
import { bytes, duration } from "./parsers.ts";
import { hosts, processes, range, stages } from "./parsers-load.ts";

describe("a range", () => {
  const size = range(bytes(1, 1024), "64..1024");
  const time = range(duration(1, 1e6), "500ms..5s");
  test("of sizes", () => expect(size("64..1KiB")).toEqual({ min: 64, max: 1024 }));
  test("of times", () => expect(time("500ms..5s")).toEqual({ min: 500, max: 5000 }));
  test("of one value", () => expect(size("64")).toEqual({ min: 64, max: 64 }));
  test("the example is of its kind", () => expect(() => time("5s..500ms")).toThrow("as in 500ms..5s."));
  test.each(["9..8", "1..2..3"])("%p is none", (text) => expect(() => size(text)).toThrow("64..1024"));
  test.each(["", "..", "1..", "..2", "a..b", "1..9999"])("%p is none, as its ends are none", (text) =>
    expect(() => size(text)).toThrow("Not a size"),
  );
});

test("processes", () => {
  expect([processes("auto"), processes("4")]).toEqual(["auto", 4]);
  for (const text of ["0", "many", "1001"]) expect(() => processes(text)).toThrow("auto, or");
});

describe("stages", () => {
  test("in order", () =>
    expect(stages("30s:100, 1m:1000,30s:0")).toEqual([
      { duration: 30_000, clients: 100 },
      { duration: 60_000, clients: 1000 },
      { duration: 30_000, clients: 0 },
    ]));
  test.each(["", "30s", "30s:100:2", "30:100", "30s:-1", "30s:100,"])("%p are none", (text) =>
    expect(() => stages(text)).toThrow("try 30s:100"),
  );
  test("without anybody are none", () => expect(() => stages("30s:0")).toThrow("clients"));
});

describe("hosts", () => {
  test("a run of addresses, over the end of a byte", () =>
    expect(hosts("127.0.0.254..127.0.1.1")).toEqual([
      "127.0.0.254",
      "127.0.0.255",
      "127.0.1.0",
      "127.0.1.1",
    ]));
  test("a list", () =>
    expect(hosts("a.example, 10.0.0.1..10.0.0.2")).toEqual(["a.example", "10.0.0.1", "10.0.0.2"]));
  test.each([
    "",
    "a b",
    "127.0.0.2..127.0.0.1",
    "1.2.3.4..256.0.0.1",
    "10.0.0.0..10.1.0.0",
    "a..b",
    "ws://x",
    "h:80",
    "a,,b",
  ])("%p are none", (text) => expect(() => hosts(text)).toThrow("Not hosts"));
});
