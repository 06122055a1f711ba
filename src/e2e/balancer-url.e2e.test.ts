import { afterAll, beforeAll, expect, test } from "bun:test";
import { FakeBalancer } from "../client/fake-balancer.ts";
import { type RunningServer, run, startServer } from "./harness.ts";

// `http://` in place of `ws://`: the address of a balancer, which is asked for a server.

let server: RunningServer;
let balancer: FakeBalancer;
beforeAll(async () => {
  server = await startServer();
  balancer = new FakeBalancer();
});
afterAll(async () => {
  await balancer.stop();
  await server.stop();
});

test("chat: a line goes into the room, and comes out of it", async () => {
  balancer.servers = [`ws://127.0.0.1:${server.port}`];
  const args = ["chat", "lobby", "--url", balancer.url, "--name"];
  const ann = await run([...args, "ann", "--json"], { stdin: "hello\n" });
  expect(ann).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(ann.stdout)).toMatchObject({ sender: "ann", text: "hello", room: "lobby" });
  expect(balancer.asked.at(-1)).toBe("lobby");
});

test("chat: without a server, the balancer's own words", async () => {
  balancer.servers = [];
  const refused = await run(["chat", "lobby", "--url", balancer.url], { stdin: "hello\n" });
  expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
  const why = `${balancer.host} has no server for this room: no server takes clients`;
  expect(refused.stderr).toBe(`scale-chat: Cannot join lobby: ${why}\n`);
});

for (const dialect of ["native", "plain", "register"]) {
  test(`loadtest, ${dialect}: every room has its server, every message arrives`, async () => {
    balancer.servers = [`ws://127.0.0.1:${server.port}`];
    balancer.asked.length = 0;
    const load = ["--rooms", "3", "--room-size", "4", "--interval", "100ms", "--ramp", "50ms"];
    const time = ["--duration", "500ms", "--dialect", dialect, "--out", "/dev/null", "--json"];
    const ended = await run(["loadtest", "--url", balancer.url, ...load, ...time]);
    expect(ended.exitCode).toBe(0);
    expect(JSON.parse(ended.stdout).runs[0]).toMatchObject({ sent: 60, received: 240, loss: 0 });
    const rooms = new Set(balancer.asked);
    expect([balancer.asked.length, rooms.size]).toEqual([12, 3]);
    for (const room of rooms) expect(room).toStartWith("load-");
  });
}

test("loadtest: nobody there is said at once", async () => {
  const gone = new FakeBalancer();
  await gone.stop();
  const ended = await run(["loadtest", "--url", gone.url, "--quiet", "--out", "/dev/null"]);
  expect(ended).toMatchObject({
    exitCode: 1,
    stderr: `scale-chat: No client could connect: nothing listens on ${gone.host}\n`,
  });
});
