import { expect, test } from "bun:test";
import { exactly } from "../../lib/range.ts";
import { until } from "../../lib/test-until.ts";
import { chatServer, loadRun, options } from "../test-run.ts";

test("readers that stall are closed and come again, and the others have all they are owed", async () => {
  const server = chatServer({ backpressureLimit: 1024 * 1024 });
  const load = { rooms: 1, roomSize: 40, slow: 0.05, size: exactly(10_000), interval: exactly(100) };
  const run = loadRun(options(server.port, { ...load, duration: 60_000 }));
  const ended = run.run();
  const cuts = () => run.crowd.slow.reduce((sum, { counts }) => sum + counts.cut, 0);
  await until(() => cuts() > 0, "a reader to be closed");
  run.stop();
  const end = await ended;
  expect(run.problems(end!)).toEqual([]);
  expect(end!.received).toBe(end!.expected);
  expect(end!.expected).toBe(end!.sent * 38);
  expect(run.summary(end!).notes.join()).toContain("2 clients read nothing");
}, 30_000);
