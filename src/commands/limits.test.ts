import { expect, test } from "bun:test";
import { CliCommand } from "../cli/command.ts";
import { FakeRuntime } from "../cli/fake-runtime.ts";
import { HOST } from "../lib/host/fake-host.ts";
import { DEFAULT_MAX_PAYLOAD } from "../protocol/limits.ts";
import { limitOptions, resourcesOf } from "./limits.ts";

test("a quarter of the memory may wait for all clients together, of the cgroup's where that is less", () => {
  const within = (limit: number) => {
    const cgroup = { ...HOST.cgroup, memory: { limit, used: 0 } };
    return resourcesOf({ ...HOST, cgroup }).waitingLimit;
  };
  expect(resourcesOf(HOST).waitingLimit).toBe(2 * 2 ** 30);
  expect(within(2 ** 30)).toBe(2 ** 28);
  expect(within(2 ** 40)).toBe(2 * 2 ** 30);
});

test("a server is one event loop: it may use a core, or less of it where its cgroup has less", () => {
  const within = (cpus: number | null) => resourcesOf({ ...HOST, cgroup: { ...HOST.cgroup, cpus } }).cores;
  expect([within(null), within(0.25)]).toEqual([1, 0.25]);
});

test("a client that is told of no limit assumes the default one", () => {
  const { maxPayload } = new CliCommand("serve", new FakeRuntime()).sharing(limitOptions).opts();
  expect(maxPayload).toBe(DEFAULT_MAX_PAYLOAD);
});
