import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../broker/redis/test-redis-process.ts";
import { type RunningServer, until } from "./harness.ts";

/** Where Debian has them; not in everybody's PATH. */
const PATH = `${process.env.PATH}:/usr/sbin`;
const DEPLOY = join(import.meta.dir, "../../deploy");
export const HAPROXY_CONFIG = join(DEPLOY, "haproxy.cfg");
export const NGINX_CONFIG = join(DEPLOY, "nginx.conf");
/** The ports that `deploy/nginx.conf` has as it stands, in the order of its lines. */
const NGINX_SERVERS = ["127.0.0.1:8001", "127.0.0.1:8002", "127.0.0.1:8003"];

export const haproxy = Bun.which("haproxy", { PATH });
export const nginx = Bun.which("nginx", { PATH });

/** A real proxy with its file from `deploy/`, on a free port of 127.0.0.1, in front of three servers. */
export interface FrontProxy {
  readonly port: number;
  stop(): Promise<void>;
}

export interface Haproxy extends FrontProxy {
  /** Starts a process with the same file, which takes over the port and the table of rooms from the running one. */
  reload(): Promise<void>;
}

/** What a proxy has to know of a server. */
export type Address = Pick<RunningServer, "port" | "adminPort">;

type Child = ReturnType<typeof launch>;

/** `deploy/haproxy.cfg` itself: what is different here is in its variables. `extra` has more of these. */
export async function startHaproxy(
  servers: readonly Address[],
  extra: Record<string, string> = {},
): Promise<Haproxy> {
  const folder = mkdtempSync(join(tmpdir(), "scale-chat-haproxy-"));
  const port = freePort();
  const env: Record<string, string> = {
    CHAT_BIND: `127.0.0.1:${port}`,
    CHAT_PEER: `127.0.0.1:${freePort()}`,
    CHAT_MAXCONN: "2000",
    ...extra,
  };
  servers.forEach((server, i) => {
    env[`CHAT_${i + 1}`] = `127.0.0.1:${server.port}`;
    env[`CHAT_${i + 1}_ADMIN`] = `${server.adminPort}`;
  });
  // Beside the file itself: where the tests ask how far it is.
  const questions = join(folder, "questions.cfg");
  await Bun.write(questions, 'global\n  stats socket "$CHAT_QUESTIONS"\n');
  const command = [haproxy!, "-db", "-f", HAPROXY_CONFIG, "-f", questions];

  const children: Child[] = [];
  const socketOf = (number: number) => join(folder, `${number}.sock`);
  const startNext = async (args: string[]) => {
    const child = launch([...command, ...args], { ...env, CHAT_QUESTIONS: socketOf(children.length) });
    children.push(child);
    await answering(port, child);
  };
  /** Those that process `number` knows the place of. */
  const rooms = async (number: number) => {
    const table = await ask(socketOf(number), "show table servers").catch(() => ""); // Not listening yet.
    return Number(/ used:(\d+)/.exec(table)?.[1] ?? 0);
  };

  await startNext([]);
  return {
    port,
    async reload() {
      const old = children.length - 1;
      // A new process waits 5 s for someone to tell it of rooms, and before that it tells nobody of its own.
      const settled = async () => (await ask(socketOf(old), "show peers")).includes("resync_timeout=<PAST>");
      await until(settled, "the running process to know that it has all rooms");
      const before = await rooms(old);
      await startNext(["-sf", `${children[old]!.pid}`]);
      await until(async () => (await rooms(old + 1)) >= before, "the new process to know the rooms");
    },
    async stop() {
      await Promise.all(children.map(end));
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * A copy of `deploy/nginx.conf` with the addresses replaced, since nginx has no variables for them. `null`: without
 * the line of that server.
 */
export async function startNginx(servers: readonly (Address | null)[]): Promise<FrontProxy> {
  const folder = mkdtempSync(join(tmpdir(), "scale-chat-nginx-"));
  const port = freePort();
  let config = replaceOnce(readFileSync(NGINX_CONFIG, "utf8"), "listen 8080;", `listen 127.0.0.1:${port};`);
  // Where the distribution has them, they are root's.
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  config = replaceOnce(config, "http {", `http {\n${temporary.join("\n")}`);
  servers.forEach((server, i) => {
    const line = `server ${NGINX_SERVERS[i]} `;
    config = replaceOnce(config, line, server === null ? `# ${line}` : `server 127.0.0.1:${server.port} `);
  });
  const file = join(folder, "nginx.conf");
  await Bun.write(file, config);
  // One process: workers would survive a master that is killed when a test's time is up.
  const globals = `pid ${folder}/pid; error_log stderr; daemon off; master_process off;`;
  const child = launch([nginx!, "-e", "stderr", "-c", file, "-g", globals], {});
  await answering(port, child);
  return {
    port,
    async stop() {
      await end(child);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Runs `command` to its end; what it said on both outputs. Variables of the files are not inherited. */
export async function judge(command: string[]): Promise<{ exitCode: number; said: string }> {
  const child = launch(command, {});
  return { exitCode: await child.exited, said: child.said() };
}

function launch(command: string[], extra: Record<string, string>) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("CHAT_"));
  const env = { ...Object.fromEntries(inherited), ...extra };
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "pipe", env });
  let said = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) said += decoder.decode(chunk, { stream: true });
  };
  const silent = Promise.all([read(child.stdout), read(child.stderr)]);
  return {
    pid: child.pid,
    said: () => said,
    /** Its exit code, once everything it said is there. */
    exited: silent.then(() => child.exited),
    kill: () => child.kill("SIGTERM"),
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
  };
}

/** Until the chat's page comes through: then at least one server is known to be there. */
async function answering(port: number, child: Child): Promise<void> {
  const answers = async () => {
    if (!child.isRunning) throw new Error(`the proxy ended: ${child.said()}`);
    try {
      return (await fetch(`http://127.0.0.1:${port}/`)).ok;
    } catch {
      return false; // Not listening yet.
    }
  };
  await until(answers, "the proxy to answer");
}

async function end(child: Child): Promise<void> {
  child.kill();
  await child.exited;
}

/** What a HAProxy answers to a command on its socket. */
async function ask(socket: string, command: string): Promise<string> {
  let answer = "";
  const ended = Promise.withResolvers<void>();
  const connection = await Bun.connect({
    unix: socket,
    socket: {
      data(_, chunk) {
        answer += chunk.toString();
      },
      close: () => ended.resolve(),
    },
  });
  connection.write(`${command}\n`);
  await ended.promise;
  return answer;
}

/** Throws unless `part` is in `text` just once: the file has another shape than this test believes. */
function replaceOnce(text: string, part: string, by: string): string {
  const pieces = text.split(part);
  if (pieces.length !== 2) throw new Error(`"${part}" is ${pieces.length - 1} times in the file, not once`);
  return pieces.join(by);
}
