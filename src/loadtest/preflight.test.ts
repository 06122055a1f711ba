import { describe, expect, test } from "bun:test";
import { OperationError, UsageError } from "../lib/errors.ts";
import { OPTIONS as SMALL } from "./fake-options.ts";
import { type HostLimits, parseFileLimit, parsePortRange } from "./host.ts";
import type { LoadOptions } from "./options.ts";
import { checkHost, checkOptions, describeHost } from "./preflight.ts";

const OPTIONS: LoadOptions = { ...SMALL, rooms: 10, roomSize: 100 };
const HOST: HostLimits = {
  facts: { cores: 2, cpu: "x", memory_bytes: 8 * 2 ** 30, os: "Linux" },
  freeMemory: 4 * 2 ** 30,
  fileLimit: 20_000,
  portRange: { from: 32_768, to: 60_999 },
};

describe("options that cannot go together", () => {
  const cases: Array<[string, Partial<LoadOptions>, string]> = [
    ["a text too short for an identity", { dialect: "register", size: 16 }, "--size 16"],
    ["a warm-up as long as the test", { warmup: 5000 }, "--warmup"],
    ["many rooms on a path without {room}", { url: "ws://h/chat", dialect: "plain" }, "{room}"],
  ];
  for (const [what, change, words] of cases) {
    test(what, () => {
      const check = () => checkOptions({ ...OPTIONS, ...change });
      expect(check).toThrow(UsageError);
      expect(check).toThrow(words);
    });
  }

  test("what does go together", () => {
    checkOptions(OPTIONS);
    checkOptions({ ...OPTIONS, url: "ws://h/chat/{room}" });
    checkOptions({ ...OPTIONS, url: "ws://h/chat", rooms: 1 });
    checkOptions({ ...OPTIONS, url: "ws://h/chat", dialect: "register" });
  });
});

describe("what the machine cannot do is refused with advice", () => {
  const cases: Array<[string, Partial<LoadOptions>, Partial<HostLimits>, string]> = [
    ["files", { roomSize: 2000 }, {}, "ulimit -n 20064"],
    ["ports", { roomSize: 3000 }, { fileLimit: 1e6 }, "net.ipv4.ip_local_port_range"],
    ["memory", { roomSize: 1000 }, { freeMemory: 100e6 }, "fewer rooms"],
  ];
  for (const [what, options, host, words] of cases) {
    test(what, () => {
      const check = () => checkHost({ ...OPTIONS, ...options }, { ...HOST, ...host });
      expect(check).toThrow(OperationError);
      expect(check).toThrow(words);
    });
  }

  test("what is not known is not refused", () => {
    checkHost({ ...OPTIONS, roomSize: 5000 }, { ...HOST, fileLimit: null, portRange: null });
  });
});

test("the machine in one line", () => {
  expect(describeHost(HOST)).toBe("2 cores, 8 GiB memory, open files 20,000, ports 32768-60999");
});

test("what Linux says of its limits", () => {
  const limits = "Limit                     Soft Limit           Hard Limit           Units\n";
  expect(
    parseFileLimit(`${limits}Max open files            1024                 4096                 files\n`),
  ).toBe(1024);
  expect(
    parseFileLimit(`${limits}Max open files            unlimited            unlimited            files\n`),
  ).toBe(Number.POSITIVE_INFINITY);
  expect(parseFileLimit("")).toBeNull();
  expect(parsePortRange("32768\t60999\n")).toEqual({ from: 32_768, to: 60_999 });
  expect(parsePortRange("")).toBeNull();
});
