import { existsSync } from "node:fs";
import { join } from "node:path";
import { until } from "../lib/test-until.ts";

export { DEADLINE_MS, until } from "../lib/test-until.ts";

/** The built program: these tests judge what is shipped. */
export const PROGRAM = join(import.meta.dir, "../../dist/scale-chat");

export interface RunOptions {
  /** Written to the program's stdin, which then ends. */
  stdin?: string;
  env?: Record<string, string>;
  cwd?: string;
  /** How many files the program may have open. */
  openFiles?: number;
}

export interface StartOptions extends Omit<RunOptions, "stdin"> {
  /** Makes the command one that enters a control group first, or a limit. */
  inside?: (command: readonly string[]) => string[];
}

export interface RunResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs the program to its end. */
export async function run(args: string[], options: RunOptions = {}): Promise<RunResult> {
  const command = [program(), ...args];
  const child = Bun.spawn(options.openFiles === undefined ? command : limited(options.openFiles, command), {
    stdin: new Blob([options.stdin ?? ""]),
    stdout: "pipe",
    stderr: "pipe",
    env: cleanEnv(options.env),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

/** A command that may have so many files open. */
export function limited(openFiles: number, command: readonly string[]): string[] {
  return ["sh", "-c", `ulimit -n ${openFiles}; exec "$@"`, "sh", ...command];
}

/** A program that keeps running; what it prints is collected. */
export interface Running {
  readonly pid: number;
  /** Everything printed so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Its exit code, once it has ended; 128 + n when signal n ended it. */
  readonly exited: Promise<number>;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then waits for the end; resolves with the exit code. */
  stop(): Promise<number>;
  /** SIGKILL, then waits for the end. */
  kill(): Promise<void>;
}

export interface RunningServer extends Running {
  port: number;
  adminPort: number;
}

/** Starts the program without waiting for anything. End it with `stop` or `kill`. */
export function start(args: string[], options: StartOptions = {}): Running {
  const { inside = (command) => [...command] } = options;
  const child = Bun.spawn(inside([program(), ...args]), {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: cleanEnv(options.env),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const exited = Promise.all([child.exited, stdout.done, stderr.done]).then(([code]) => code);
  return {
    pid: child.pid,
    get stdout() {
      return stdout.text;
    },
    get stderr() {
      return stderr.text;
    },
    exited,
    signal: (signal) => child.kill(signal),
    stop() {
      child.kill("SIGTERM");
      return exited;
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Starts `scale-chat serve` on free ports of 127.0.0.1 and waits until it listens. */
export function startServer(args: string[] = [], options: StartOptions = {}): Promise<RunningServer> {
  return startListening("serve", "listening", args, options);
}

/** Starts `scale-chat balance` on free ports of 127.0.0.1 and waits until it listens; its servers are still starting. */
export function startBalancer(args: string[] = [], options: StartOptions = {}): Promise<RunningServer> {
  return startListening("balance", "balancing", args, options);
}

/** `event` is the log line that says which ports were taken. */
async function startListening(
  command: string,
  event: string,
  args: string[],
  options: StartOptions,
): Promise<RunningServer> {
  const ports = ["--host", "127.0.0.1", "--port", "0", "--admin-port", "0"];
  const running = start([command, ...ports, "--log-format", "json", ...args], options);
  try {
    const listening = await until(() => findEvent(running.stdout, event), `${command} to listen`);
    return Object.assign(Object.create(running) as Running, {
      port: Number(listening.port),
      adminPort: Number(listening.admin_port),
    });
  } catch (error) {
    await running.kill();
    throw new Error(`${(error as Error).message}\n${running.stdout}${running.stderr}`);
  }
}

/** The first log line (JSON) about `event` in `log`, as an object. */
export function findEvent(log: string, event: string): Record<string, unknown> | undefined {
  for (const line of log.split("\n")) {
    if (!line.startsWith("{") || !line.endsWith("}")) continue;
    const fields = JSON.parse(line) as Record<string, unknown>;
    if (fields.event === event) return fields;
  }
  return undefined;
}

function program(): string {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} does not exist; make it with scripts/build`);
  return PROGRAM;
}

/** Without what would change the program's behaviour: its own variables, Bun's, colours. */
function cleanEnv(extra: Record<string, string> = {}): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(SCALE_CHAT_|BUN_|FORCE_COLOR$|NO_COLOR$)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...extra };
}

function collect(stream: ReadableStream<Uint8Array>): { readonly text: string; done: Promise<void> } {
  const decoder = new TextDecoder();
  const collected = { text: "", done: Promise.resolve() };
  collected.done = (async () => {
    for await (const chunk of stream) collected.text += decoder.decode(chunk, { stream: true });
  })();
  return collected;
}
