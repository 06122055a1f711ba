import { join } from "node:path";
import { startServer } from "../../src/e2e/harness.ts";
import type { DialectName } from "../../src/protocol/dialect.ts";

/** A server that is measured with readers that stall. */
export interface Contestant {
  name: string;
  /** Of the healthy clients and of those that stall. */
  dialect: DialectName;
  start(): Promise<RunningContestant>;
}

export interface RunningContestant {
  port: number;
  pid: number;
  /** What it says when it has let a client in; the group is how its log calls the connection. */
  greeting: RegExp;
  /** Connections that it closed as too slow since the last call, by the names its greetings gave. */
  takeSlow(): string[];
  /** Connections that ended so far, by close code. */
  closed(): Promise<Record<string, number>>;
  stop(): Promise<unknown>;
}

export const scaleChat: Contestant = {
  name: "scale-chat serve",
  dialect: "native",
  async start() {
    const server = await startServer();
    let seen = 0;
    return {
      port: server.port,
      pid: server.pid,
      greeting: /"connection_id":"([^"]+)"/,
      takeSlow() {
        const end = server.stdout.lastIndexOf("\n") + 1;
        const lines = server.stdout
          .slice(seen, end)
          .matchAll(/"event":"slow_reader","connection":"([^"]+)"/g);
        seen = end;
        return [...lines].map((line) => line[1]!);
      },
      async closed() {
        const answer = await fetch(`http://127.0.0.1:${server.adminPort}/stats`);
        return ((await answer.json()) as { closed: Record<string, number> }).closed;
      },
      stop: () => server.stop(),
    };
  },
};

/** It has no limit: what waits for a reader stays in its memory. */
export const nodeWs: Contestant = {
  name: "Node, ws",
  dialect: "plain",
  async start() {
    const server = Bun.spawn(["node", join(import.meta.dir, "../peers/node-ws.mjs")], { stdout: "pipe" });
    const greeting = new TextDecoder().decode((await server.stdout.getReader().read()).value);
    return {
      port: Number(greeting),
      pid: server.pid,
      greeting: /^HTTP\/1\.1 101 /,
      takeSlow: () => [],
      closed: async () => ({}),
      stop() {
        server.kill();
        return server.exited;
      },
    };
  },
};
