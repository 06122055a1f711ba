import { expect, test } from "bun:test";
import { FakeClock } from "../clock.ts";
import { createLogger } from "../log.ts";
import { HOST } from "./fake-host.ts";
import { warnOfShortage } from "./warn.ts";

test("what is short for the connections is warned of, nothing else", () => {
  const lines: string[] = [];
  const log = createLogger({
    ...{ format: "json", level: "info", clock: new FakeClock() },
    write: (line) => lines.push(line),
  });
  warnOfShortage(HOST, 1000, log);
  warnOfShortage({ ...HOST, openFiles: { soft: 1024, hard: 1024 } }, 900, log);
  expect(lines).toEqual([]);
  warnOfShortage({ ...HOST, openFiles: { soft: 1024, hard: 1024 } }, 1000, log);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      ...{ level: "warn", event: "machine_unfit", connections: 1000, check: "open files of a process" },
      ...{ found: "1,024", needed: "1,064", fix: expect.stringContaining("LimitNOFILE=1277") },
    },
  ]);
});
