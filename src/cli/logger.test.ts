import { expect, test } from "bun:test";
import { FakeRuntime } from "./fake-runtime.ts";
import { openLog } from "./logger.ts";

test("for programs, unless a person watches or asks", () => {
  const file = new FakeRuntime();
  openLog({ logLevel: "info" }, file).info("ready");
  expect(JSON.parse(file.written.stdout)).toMatchObject({ level: "info", event: "ready" });

  const terminal = new FakeRuntime();
  terminal.stdout.isTTY = true;
  openLog({ logLevel: "info" }, terminal).info("ready");
  expect(terminal.written.stdout).toMatch(/^\S+ INFO {2}ready\n$/);

  const asked = new FakeRuntime();
  openLog({ logFormat: "human", logLevel: "warn" }, asked).info("ready");
  openLog({ logFormat: "human", logLevel: "warn" }, asked).warn("full");
  expect(asked.written.stdout).toMatch(/^\S+ WARN {2}full\n$/);
});
