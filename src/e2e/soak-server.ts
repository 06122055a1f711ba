import { findEvent, type Running, start, until } from "./harness.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** A server behind a proxy of its own, which keeps its address while the server dies and comes back. */
export class SoakServer {
  /** What servers have logged that have ended. */
  private formerLog = "";
  private running: Running | null = null;

  private constructor(
    private readonly proxy: TcpProxy,
    private readonly args: () => readonly string[],
  ) {}

  /** It does not run before `restart`; `args` says with which options, when it is started. */
  static async prepare(args: () => readonly string[]): Promise<SoakServer> {
    // The target comes with the start.
    return new SoakServer(await startTcpProxy(0, () => 1), args);
  }

  /** Where clients find it. */
  get port(): number {
    return this.proxy.port;
  }

  /** Clients that were closed because they did not read. */
  get slowReaders(): number {
    return this.logged('"event":"slow_reader"').length;
  }

  /** The lines of its log in which it complains of itself. */
  get errors(): string[] {
    return this.logged('"level":"error"');
  }

  async kill(): Promise<void> {
    await this.running?.kill();
  }

  /** Starts it, as soon as there is what it needs. */
  async restart(): Promise<void> {
    this.formerLog += this.running?.stdout ?? "";
    this.running = await until(() => this.launch(), "the server to listen");
  }

  pause(): void {
    this.running?.signal("SIGSTOP");
  }

  resume(): void {
    this.running?.signal("SIGCONT");
  }

  /** Ends it politely; resolves with what was wrong about its end. */
  async stop(): Promise<string[]> {
    if (this.running === null) return [];
    const code = await this.running.stop();
    return code === 0 ? [] : [`the server ended with ${code}: ${this.running.stderr}`];
  }

  /** Leaves nothing behind. */
  async clear(): Promise<void> {
    await this.kill();
    await this.proxy.close();
  }

  /** `null` when the Redis that it needs is away. */
  private async launch(): Promise<Running | null> {
    const place = ["--host", "127.0.0.1", "--port", "0", "--admin-port", "0", "--log-format", "json"];
    const running = start(["serve", ...place, ...this.args()]);
    let hasEnded = false;
    void running.exited.then(() => {
      hasEnded = true;
    });
    const listening = await until(
      () => findEvent(running.stdout, "listening") ?? (hasEnded && "ended"),
      "the server to listen or to end",
    ).catch((error) => running.kill().then(() => Promise.reject(error)));
    if (listening === "ended") {
      if (running.stderr.includes("Cannot use Redis")) return null;
      throw new Error(`the server did not start: ${running.stderr}`);
    }
    this.proxy.target = Number((listening as Record<string, unknown>).port);
    return running;
  }

  private logged(part: string): string[] {
    const log = `${this.formerLog}${this.running?.stdout ?? ""}`;
    return log.split("\n").filter((line) => line.includes(part));
  }
}
