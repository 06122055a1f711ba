import { expect, test } from "bun:test";
import { DIALECT_NAMES } from "../../protocol/dialect.ts";
import { FakeAuthenticator } from "../../server/fake-authenticator.ts";
import { chatServer, loadRun, options } from "../test-run.ts";

for (const dialect of DIALECT_NAMES) {
  test(`each client has a token of its own, ${dialect}`, async () => {
    const authenticator = new FakeAuthenticator();
    const server = chatServer({}, { authenticator });
    const signed: string[] = [];
    const run = loadRun(options(server.port, { dialect, duration: 200 }), {
      async signToken(name, room) {
        signed.push(name);
        return authenticator.token(name, [room]);
      },
    });
    const end = await run.run();
    expect(new Set(signed).size).toBe(12);
    expect(end).toMatchObject({ sent: 48, expected: 192, received: 192, connect_errors: 0, disconnects: 0 });
    expect(server.stats().refused).toBe(0);
  });
}
