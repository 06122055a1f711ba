import { afterEach, expect, test } from "bun:test";
import { openBunSocket } from "../../client/bun-socket.ts";
import { systemClock } from "../../lib/clock.ts";
import { exactly } from "../../lib/range.ts";
import { DIALECT_NAMES } from "../../protocol/dialect.ts";
import { FakeAuthenticator } from "../../server/test-authenticator.ts";
import { serve, type TestServer } from "../../server/test-client.ts";
import { OPTIONS } from "../fake-options.ts";
import { LoadGenerator } from "../generator/load-generator.ts";
import { LoadRun } from "../run.ts";

let server: TestServer;
afterEach(() => server.stop());

for (const dialect of DIALECT_NAMES) {
  test(`each client has a token of its own, ${dialect}`, async () => {
    const authenticator = new FakeAuthenticator();
    server = serve({ drainTimeout: 1000 }, { authenticator });
    const signed: string[] = [];
    const load = { ...OPTIONS, urls: [server.url], dialect, interval: exactly(50), duration: 200, ramp: 20 };
    const generator = new LoadGenerator(load, {
      ...{ clock: systemClock, openSocket: openBunSocket, random: Math.random, runId: "test", rows: null },
      share: { process: 0, processes: 1 },
      onSayings() {},
      async signToken(name, room) {
        signed.push(name);
        return authenticator.token(name, [room]);
      },
    });
    const run = new LoadRun(load, { clock: systemClock, generators: [generator], onStart() {} });
    const { tally, attendance } = (await run.run())!;
    expect(new Set(signed).size).toBe(load.rooms * load.roomSize);
    expect(tally.received).toBe(tally.expected);
    expect(attendance).toMatchObject({ connectErrors: 0, disconnects: 0 });
    expect(tally.sent).toBeGreaterThan(0);
    expect(server.stats().refused).toBe(0);
  });
}
