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
          const answer = await fetch(`http://127.0.0.1:${server.adminPort}/stats`);
          return ((await answer.json()) as { socket_writes: number }).socket_writes;
        },
        stop: () => server.kill(),
      };
    },
  };
}
