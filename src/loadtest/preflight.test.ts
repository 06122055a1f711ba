import { describe, expect, test } from "bun:test";
import { OperationError, UsageError } from "../lib/errors.ts";
import { HOST } from "../lib/host/fake-host.ts";
import type { Host } from "../lib/host/host.ts";
import { exactly } from "../lib/range.ts";
import { OPTIONS as SMALL } from "./fake-options.ts";
import type { LoadOptions } from "./options.ts";
import { checkHost, checkOptions } from "./preflight.ts";

const OPTIONS: LoadOptions = { ...SMALL, rooms: 10, roomSize: 100 };

describe("options that cannot go together", () => {
  const cases: Array<[string, Partial<LoadOptions>, string]> = [
    ["a text too short for an identity", { dialect: "register", size: exactly(16) }, "--size 16"],
    ["a warm-up as long as the test", { warmup: 5000 }, "--warmup"],
    ["many rooms on a path without {room}", { urls: ["ws://h/chat"], dialect: "plain" }, "{room}"],
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
    checkOptions({ ...OPTIONS, urls: ["ws://h/chat/{room}"] });
    checkOptions({ ...OPTIONS, urls: ["ws://h/chat"], rooms: 1 });
    checkOptions({ ...OPTIONS, urls: ["ws://h/chat"], dialect: "register" });
  });
});

describe("what the machine cannot do is refused with advice", () => {
  const SPREAD = { clients: 1000, processes: 1, targets: 1 };
  const wide = { openFiles: { soft: 1e6, hard: 1e6 } };
  const cases: Array<[string, Partial<typeof SPREAD>, Partial<Host>, string]> = [
    ["files", { clients: 20_000 }, {}, "open files of a process 20,000, needed 20,064 (ulimit -n 24077"],
    ["ports", { clients: 30_000 }, wide, "net.ipv4.ip_local_port_range"],
    ["memory", { clients: 10_000 }, { memory: { total: 2 ** 30, available: 100e6 } }, "memory 95.4 MiB"],
    ["two things", { clients: 29_000 }, {}, "; local ports to an address 28,232, needed 29,000"],
  ];
  for (const [what, spread, host, words] of cases) {
    test(what, () => {
      const check = () => checkHost({ ...SPREAD, ...spread }, { ...HOST, ...host });
      expect(check).toThrow(OperationError);
      expect(check).toThrow(words);
    });
  }

  test("files are those of each process, ports those to each address", () => {
    const spread = { clients: 40_000, processes: 3, targets: 2 };
    expect(checkHost(spread, { ...HOST, cores: 3 })).toEqual([]);
    expect(checkHost({ ...spread, targets: null }, { ...HOST, cores: 3 })).toEqual([]);
  });

  test("what will only just do is said", () => {
    expect(checkHost({ ...SPREAD, clients: 19_000 }, HOST)).toEqual([
      "this machine is short of what 19,000 clients need: open files of a process 20,000, needed 19,064 " +
        "(ulimit -n 22877  # as root; a service: LimitNOFILE=22877; or loadtest --processes 2)",
    ]);
    expect(checkHost({ ...SPREAD, processes: 5 }, HOST)[0]).toContain("cores 4, needed 5");
  });

  test("what is not known is not refused", () => {
    checkHost({ ...SPREAD, clients: 50_000 }, { ...HOST, openFiles: null, ports: null });
  });
});
