import { expect, test } from "bun:test";
import { readInfo, workBetween } from "./redis-work.ts";

const INFO = [
  "# Stats\r\ntotal_commands_processed:1200\r\n",
  "# CPU\r\nused_cpu_sys:1.5\r\nused_cpu_user:2.25\r\nused_cpu_sys_children:9\r\n",
  "# Commandstats\r\ncmdstat_ping:calls=3,usec=1\r\ncmdstat_evalsha:calls=70,usec=390,failed_calls=0\r\n",
].join("\r\n");

test("what a Redis says of its work, and what it did in between", () => {
  const work = readInfo(INFO);
  expect(work).toEqual({ commands: 1200, scripts: 70, cpuSeconds: 3.75 });
  const fresh = readInfo("total_commands_processed:200\r\nused_cpu_sys:0.5\r\nused_cpu_user:0.25\r\n");
  expect(fresh.scripts).toBe(0);
  expect(workBetween(fresh, work)).toEqual({ commands: 1000, scripts: 70, cpuSeconds: 3 });
});
