import { $ } from "bun";
import { freePort, launchRedis } from "./test-redis-process.ts";

/** A real `redis-server` of a test's own, on a free port. */
export interface TestRedis {
  url: string;
  port: number;
  /** SIGSTOP and SIGCONT, SIGKILL. */
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL, and a start on the same port; empty, unless it keeps its data. */
  restart(): Promise<void>;
  /** The same, empty in any case. */
  restartEmpty(): Promise<void>;
  /** FLUSHALL. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestRedisOptions {
  /** Nothing that was answered is forgotten by a restart: each write is on disk before its answer. */
  keepsData?: boolean;
}

export const hasRedis = Bun.which("redis-server") !== null;

export async function startRedis({ keepsData = false }: TestRedisOptions = {}): Promise<TestRedis> {
  const port = freePort();
  // No rewriting: a process of its own would survive the kill.
  const keeping = ["--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"];
  const launch = () => launchRedis(port, keepsData ? keeping : []);
  let redis = await launch();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    signal: (signal) => redis.signal(signal),
    async restart() {
      await redis.kill();
      await redis.start();
    },
    async restartEmpty() {
      await redis.remove();
      redis = await launch();
    },
    async empty() {
      const answer = await $`redis-cli -p ${port} flushall`.quiet().text();
      if (answer.trim() !== "OK") throw new Error(`FLUSHALL: ${answer}`);
    },
    stop: () => redis.remove(),
  };
}
