import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../lib/test-until.ts";

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
  const root = mkdtempSync(join(tmpdir(), "scale-chat-redis-"));
  const port = freePort();
  // A folder for each life that starts empty.
  let lives = 0;
  const folder = () => mkdtempSync(join(root, `${lives++}-`));
  let home = folder();
  let child = await launch(port, home, keepsData);
  const kill = async () => {
    child.kill("SIGKILL");
    await child.exited;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    signal: (signal) => child.kill(signal),
    async restart() {
      await kill();
      child = await launch(port, home, keepsData);
    },
    async restartEmpty() {
      await kill();
      rmSync(home, { recursive: true });
      home = folder();
      child = await launch(port, home, keepsData);
    },
    async empty() {
      const answer = await ask(port, "FLUSHALL", 20_000);
      if (answer !== "+OK") throw new Error(`FLUSHALL: ${answer}`);
    },
    async stop() {
      await kill();
      rmSync(root, { recursive: true });
    },
  };
}

async function launch(port: number, folder: string, keepsData: boolean) {
  const place = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  // No rewriting: a process of its own would survive the kill.
  const keeping = keepsData
    ? ["--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"]
    : ["--appendonly", "no"];
  const child = Bun.spawn(["redis-server", ...place, ...keeping], { stdout: "ignore", stderr: "ignore" });
  // While it reads its data it answers, but with an error.
  const isUp = async () => (await ask(port, "PING", 200)) === "+PONG";
  await until(isUp, "redis-server to answer").catch((error) => {
    child.kill("SIGKILL");
    throw error;
  });
  return child;
}

/** The first line of the answer to a command without arguments; `null` when none comes within that time. */
async function ask(port: number, command: string, withinMs: number): Promise<string | null> {
  let answer = "";
  try {
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        data(_, bytes) {
          answer += bytes.toString();
        },
        error() {},
      },
    });
    socket.write(`${command}\r\n`);
    await until(() => answer.includes("\r\n"), command, withinMs).catch(() => {});
    socket.end();
  } catch {
    return null; // Not listening yet.
  }
  return answer.includes("\r\n") ? answer.slice(0, answer.indexOf("\r\n")) : null;
}

/**
 * A port below those that outgoing connections get: while the server is away, whoever tries to reach it could be given
 * that very port, be connected with itself, and keep the server from coming back.
 */
function freePort(): number {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Taken: another one.
    }
  }
}
