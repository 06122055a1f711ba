import { join } from "node:path";
import { type RunningServer, startServer, until } from "./harness.ts";

/** A server that dies and comes back on the same port with the same messages. */
export class SoakServer {
  /** What servers have logged that have ended. */
  private formerLog = "";

  private constructor(
    private readonly args: string[],
    private running: RunningServer,
  ) {}

  /** `folder` is where it keeps its messages: of minutes, far more than any client misses. */
  static async start(folder: string): Promise<SoakServer> {
    const args = ["--data", join(folder, "chat.db"), "--history", "5000"];
    return new SoakServer(args, await startServer(args));
  }

  get port(): number {
    return this.running.port;
  }

  /** Clients that were closed because they did not read. */
  get slowReaders(): number {
    return this.logged('"event":"slow_reader"').length;
  }

  /** The lines of its log in which it complains of itself. */
  get errors(): string[] {
    return this.logged('"level":"error"');
  }

  kill(): Promise<void> {
    return this.running.kill();
  }

  async restart(): Promise<void> {
    const args = [...this.args, "--port", `${this.running.port}`];
    this.formerLog += this.running.stdout;
    // A connection to a port that nobody listens on can come from that very port, and hold it for a moment.
    this.running = await until(() => startServer(args).catch(orRetry), "the port to be free");
  }

  pause(): void {
    this.running.signal("SIGSTOP");
  }

  resume(): void {
    this.running.signal("SIGCONT");
  }

  /** Ends it politely; resolves with what was wrong about its end. */
  async stop(): Promise<string[]> {
    const code = await this.running.stop();
    return code === 0 ? [] : [`the server ended with ${code}: ${this.running.stderr}`];
  }

  private logged(part: string): string[] {
    return `${this.formerLog}${this.running.stdout}`.split("\n").filter((line) => line.includes(part));
  }
}

function orRetry(error: unknown): null {
  if (!`${error}`.includes("the port is in use")) throw error;
  return null;
}
