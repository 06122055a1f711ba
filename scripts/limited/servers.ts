import { startRedis } from "../../src/broker/redis/test-redis.ts";
import { findEvent, PROGRAM } from "../../src/e2e/harness.ts";
import { OperationError } from "../../src/lib/errors.ts";
import { until } from "../../src/lib/test-until.ts";
import type { ControlGroup } from "./control-group.ts";

export interface Servers {
  urls: string[];
  stop(): Promise<void>;
}

/** One server with its messages in memory. */
export async function startAlone(group: ControlGroup): Promise<Servers> {
  const server = await startServer(group, {});
  return { urls: [server.url], stop: server.stop };
}

/** Two servers that are one chat over a real Redis, all three in the group. */
export async function startPair(group: ControlGroup): Promise<Servers> {
  const redis = await startRedis();
  try {
    for (const pid of pidsOn(redis.port)) group.add(pid);
    const env = { SCALE_CHAT_REDIS: redis.url };
    const pair = [await startServer(group, env), await startServer(group, env)];
    return {
      urls: pair.map(({ url }) => url),
      async stop() {
        await Promise.all(pair.map(({ stop }) => stop()));
        await redis.stop();
      },
    };
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

async function startServer(group: ControlGroup, env: Record<string, string>) {
  const ports = ["--host", "127.0.0.1", "--port", "0", "--admin-port", "0", "--log-format", "json"];
  const server = Bun.spawn(group.inside([PROGRAM, "serve", ...ports]), {
    stdout: "pipe",
    stderr: "inherit",
    env: { ...process.env, ...env },
  });
  let log = "";
  // Read to its end: a full pipe would hold the server up.
  void (async () => {
    const decoder = new TextDecoder();
    for await (const piece of server.stdout) log += decoder.decode(piece, { stream: true });
  })();
  const stop = async () => {
    server.kill();
    await server.exited;
  };
  try {
    const { port } = await until(() => findEvent(log, "listening"), "the server to listen");
    return { url: `ws://127.0.0.1:${port as number}`, stop };
  } catch (error) {
    await stop();
    throw new OperationError(`${(error as Error).message}\n${log}`);
  }
}

/** The processes that listen there. */
function pidsOn(port: number): number[] {
  const answer = Bun.spawnSync(["redis-cli", "-p", `${port}`, "info", "server"]).stdout.toString();
  return [...answer.matchAll(/^process_id:(\d+)/gm)].map((match) => Number(match[1]));
}
