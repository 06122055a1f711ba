import { expect, onTestFinished, test } from "bun:test";
import { startTcpProxy } from "../../e2e/tcp-proxy.ts";
import { until } from "../../lib/test-until.ts";
import { chatServer, loadRun, options } from "../test-run.ts";

test("clients that never get in are given up, each counted once, and the others go on", async () => {
  let welcomed = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request, self) {
      self.upgrade(request, { data: undefined });
    },
    websocket: {
      open(socket) {
        if (welcomed++ > 0) return;
        socket.send('{"type":"welcome","epoch":"e","offset":0,"name":"x"}');
      },
      message() {},
    },
  });
  onTestFinished(() => server.stop(true));
  const run = loadRun(options(server.port!, { rooms: 1, roomSize: 5, settle: 100, connectTimeout: 200 }));
  const end = await run.run();
  expect(end).toMatchObject({ connect_errors: 4, disconnects: 0, sent: 8, expected: 8, received: 0 });
  expect(run.problems(end!)).toEqual([
    expect.stringMatching(/^4 clients could not connect/),
    "100 % of the deliveries were lost",
  ]);
});

test("so many at a time are on their way in, and who never got that far has failed, too", async () => {
  let connections = 0;
  const mute = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { open: () => void connections++, data() {} },
  });
  onTestFinished(() => mute.stop(true));
  const run = loadRun(options(mute.port, { rooms: 3, roomSize: 100, ramp: 0, connectTimeout: 300 }));
  expect(await run.run()).toBeNull();
  expect(run.crowd.attendance.connectErrors).toBe(300);
  expect(connections).toBe(250);
});

test("nobody to talk to: no run, and no waiting for the ramp", async () => {
  const server = chatServer();
  const { port } = server;
  await server.stop();
  const run = loadRun(options(port, { ramp: 60_000, rooms: 20, roomSize: 50 }));
  expect(await run.run()).toBeNull();
  expect(run.crowd.attendance.present).toBe(0);
});

test("who is away when it is to leave leaves when it is back, and all that was planned is said and heard", async () => {
  const { port } = chatServer();
  const proxy = await startTcpProxy(port, Math.random);
  onTestFinished(() => proxy.close());
  const run = loadRun(options(proxy.port, { rooms: 1, duration: 1500 }));
  const ended = run.run();
  await until(() => run.snapshot().received >= 8, "the first messages");
  const [leaver] = run.crowd.chatters;
  proxy.target = 1;
  proxy.cut();
  await until(() => leaver!.backlog.length > 0, "something that it cannot say");
  run.crowd.dismiss(leaver!);
  expect(run.crowd.attendance.left).toBe(0);
  proxy.target = port;
  const end = await ended;
  expect(run.problems(end!)).toEqual([]);
  expect(run.tally).toMatchObject({ unsent: 0, outstanding: 0, repeated: 0, foreign: 0 });
  expect(run.crowd.attendance).toMatchObject({ left: 1, disconnects: 4, reconnects: 4, lost: 0 });
  expect(leaver!.backlog).toEqual([]);
}, 20_000);
