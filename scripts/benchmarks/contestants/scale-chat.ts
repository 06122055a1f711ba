import { startServer } from "../../../src/e2e/harness.ts";
import type { DialectName } from "../../../src/protocol/dialect.ts";
import type { Contestant } from "./contestant.ts";

/** `scale-chat serve` as it is without any option. */
export function scaleChat(dialect: DialectName): Contestant {
  return {
    name: `scale-chat, ${dialect}`,
    missing: null,
    dialect,
    wire: "websocket",
    async start(setting) {
      const server = await startServer([], setting);
      return {
        url: `ws://127.0.0.1:${server.port}`,
        pid: server.pid,
        async frames() {
          // One that its load has ended tells nothing any more; what it owed is missing from the deliveries.
          const answer = await fetch(`http://127.0.0.1:${server.adminPort}/stats`).catch(() => null);
          return answer === null ? null : ((await answer.json()) as { socket_writes: number }).socket_writes;
        },
        stop: () => server.kill(),
      };
    },
  };
}
