import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../lib/test-until.ts";

/** A real `redis-server` of a test's own, on a free port, which keeps nothing. */
export interface TestRedis {
  url: string;
  port: number;
  /** SIGSTOP and SIGCONT, SIGKILL. */
  signal(signal: NodeJS.Signals): void;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const hasRedis = Bun.which("redis-server") !== null;

export async function startRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), "scale-chat-redis-"));
  const port = freePort();
  let child = await launch(port, folder);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    signal: (signal) => child.kill(signal),
    async restart() {
      child.kill("SIGKILL");
      await child.exited;
      child = await launch(port, folder);
    },
    async stop() {
      child.kill("SIGKILL");
      await child.exited;
      rmSync(folder, { recursive: true });
    },
  };
}

async function launch(port: number, folder: string) {
  const child = Bun.spawn(
    [
      "redis-server",
      "--port",
      `${port}`,
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--appendonly",
      "no",
      "--dir",
      folder,
    ],
    { stdout: "ignore", stderr: "ignore" },
  );
  await until(() => answers(port), "redis-server to answer");
  return child;
}

async function answers(port: number): Promise<boolean> {
  let answered = false;
  try {
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        data() {
          answered = true;
        },
        error() {},
      },
    });
    socket.write("PING\r\n");
    await until(() => answered, "PONG", 200).catch(() => {});
    socket.end();
  } catch {
    return false; // Not listening yet.
  }
  return answered;
}

function freePort(): number {
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = server;
  server.stop(true);
  return port;
}
