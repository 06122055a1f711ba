import { describe, expect, onTestFinished, test } from "bun:test";
import { MemoryBroker } from "../../broker/memory/memory-broker.ts";
import { openBunSocket } from "../../client/bun-socket.ts";
import { FakeBalancer } from "../../client/fake-balancer.ts";
import type { OpenSocket } from "../../client/socket.ts";
import { startTcpProxy } from "../../e2e/tcp-proxy.ts";
import { systemClock } from "../../lib/clock.ts";
import { seededRandom } from "../../lib/random.ts";
import { until } from "../../lib/test-until.ts";
import { serve } from "../../server/test-client.ts";
import { aboutTheServer, chatServer, loadRun, options } from "../test-run.ts";

describe("native clients come back by themselves", () => {
  test("over a network that breaks: nothing is lost, nothing comes twice, each return is counted", async () => {
    const proxy = await startTcpProxy(chatServer().port, Math.random);
    onTestFinished(() => proxy.close());
    const run = loadRun(options(proxy.port, { duration: 1500, settle: 10_000 }));
    const ended = run.run();
    await until(() => run.snapshot().received >= 50, "the first deliveries");
    proxy.cut();
    await until(() => run.crowd.attendance.reconnects >= 12, "everyone to be back");
    proxy.cutChance = 0.05;
    await until(() => run.crowd.attendance.reconnects >= 20, "more to break");
    proxy.cutChance = 0;
    const end = await ended;
    // 12 clients, 30 intervals of 50 ms: what was due while a client was away was sent when it was back.
    expect(end).toMatchObject({ sent: 360, expected: 1440, received: 1440, connect_errors: 0 });
    expect(run.tally).toMatchObject({ repeated: 0, foreign: 0, unsent: 0, outstanding: 0 });
    const { reconnects, lost_clients, back_ms, gaps } = end!.disturbances!;
    expect([reconnects, lost_clients, gaps]).toEqual([end!.disconnects, 0, 0]);
    expect(back_ms!.max).toBeGreaterThanOrEqual(back_ms!.p50);
    const summary = run.summary(end!);
    expect(run.problems(end!)).toEqual([]);
    expect(summary.notes.join()).toContain(`${reconnects} came back: p50`);
    expect(summary.fromScheduled!.max).toBeGreaterThan(10_000);
  }, 20_000);

  test("sent to another server, they go there, and nobody is away for it", async () => {
    const broker = new MemoryBroker({ history: 10_000 }, systemClock, seededRandom(1));
    const target = serve({}, { broker });
    const stopping = serve({ drainTo: target.url, drainTimeout: 1500 }, { broker });
    onTestFinished(() => target.stop());
    const run = loadRun(options(stopping.port, { duration: 2500 }));
    const ended = run.run();
    await until(() => run.snapshot().received >= 50, "the first deliveries");
    await stopping.stop();
    const end = await ended;
    expect(end).toMatchObject({ sent: 600, expected: 2400, received: 2400, disconnects: 0 });
    expect(end!.disturbances).toEqual({
      reconnects: 0,
      back_ms: null,
      lost_clients: 0,
      redirects: 12,
      gaps: 0,
    });
    expect(run.tally.repeated).toBe(0);
    const summary = run.summary(end!);
    expect(run.problems(end!)).toEqual([]);
    expect(aboutTheServer(summary.notes)).toEqual(["12 times a client was sent to another server"]);
  }, 20_000);

  test("some that do not are lost, and what was said after that was not for them", async () => {
    const { port } = chatServer();
    const proxy = await startTcpProxy(port, Math.random);
    onTestFinished(() => proxy.close());
    let opened = 0;
    let isCut = false;
    const openSocket: OpenSocket = (url, subprotocols) => {
      const address = new URL(url);
      if (opened++ % 4 === 0 || isCut) address.port = `${proxy.port}`;
      return openBunSocket(address.href, subprotocols);
    };
    const run = loadRun(options(port, { rooms: 1, duration: 800, settle: 300 }), { openSocket });
    const ended = run.run();
    await until(() => run.tally.outstanding === 0 && run.snapshot().received >= 8, "a quiet moment");
    // From now on this one knocks in vain.
    proxy.target = 1;
    isCut = true;
    proxy.cut();
    const end = await ended;
    expect(end!.disconnects).toBe(1);
    expect(run.crowd.attendance.lost).toBe(1);
    // What was under way when it went was for it; what three others said after that was for three.
    // (For all of them, that would be some fifty.)
    expect(end!.expected - end!.received).toBeLessThanOrEqual(16);
    expect(run.tally.unsent).toBeGreaterThan(0);
    const found = run.problems(end!);
    expect(found[0]).toStartWith("1 client lost their connection during the test");
  });

  test("a server that asks for patience gets it, until the time to connect is over", async () => {
    const balancer = new FakeBalancer();
    onTestFinished(() => balancer.stop());
    const { url } = chatServer();
    const run = loadRun(options(0, { urls: [balancer.url] }));
    const ended = run.run();
    await until(() => balancer.asked.length >= 12, "everyone to ask");
    balancer.servers = [url];
    expect(await ended).toMatchObject({ sent: 96, received: 384, connect_errors: 0, disconnects: 0 });
  }, 20_000);
});
