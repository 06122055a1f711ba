import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "bun";
import { until } from "../../lib/test-until.ts";

/** A real Redis server (or Sentinel) of a test's own, with a folder of its own. */
export interface RedisProcess {
  port: number;
  signal(signal: NodeJS.Signals): void;
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port, in the same folder. */
  start(): Promise<void>;
  /** Kills it, and removes its folder. */
  remove(): Promise<void>;
}

/** Starts `redis-server` with these arguments behind its port and folder; `config` is what a Sentinel wants. */
export async function launchRedis(
  port: number,
  args: readonly string[],
  config?: { text: string },
): Promise<RedisProcess> {
  const folder = mkdtempSync(join(tmpdir(), "scale-chat-redis-"));
  const file = join(folder, "redis.conf");
  await Bun.write(file, config?.text ?? "");
  let child: Bun.Subprocess;
  const launch = async () => {
    child = Bun.spawn(
      [
        ...["redis-server", file, "--port", `${port}`, "--bind", "127.0.0.1"],
        ...["--dir", folder, ...(config === undefined ? ["--save", "", "--appendonly", "no"] : []), ...args],
      ],
      { stdout: "ignore", stderr: "ignore" },
    );
    await until(
      async () => (await $`redis-cli -p ${port} ping`.quiet().nothrow().text()).includes("PONG"),
      "redis-server to answer",
    ).catch(async (error) => {
      await kill();
      throw error;
    });
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await child.exited;
  };
  await launch();
  return {
    port,
    signal: (signal) => child.kill(signal),
    kill,
    start: launch,
    async remove() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * A port that is free at this moment, below those that outgoing connections get: while a server is away, whoever tries
 * to reach it could be given that very port, be connected with itself, and keep the server from coming back. The one
 * 10,000 above, on which the nodes of a cluster talk, is below them, too.
 */
export function freePort(): number {
  for (;;) {
    const port = 11_000 + Math.floor(Math.random() * 10_000);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Taken: another one.
    }
  }
}
