import type { Subprocess } from "bun";
import { OperationError } from "../../lib/errors.ts";
import type { PackedSayings } from "../ledger/sayings.ts";
import { NOTHING_YET, type PartSnapshot } from "../watch/progress.ts";
import type { Account } from "./account.ts";
import type { GeneratorNews, GeneratorOrder, GeneratorPort } from "./generator-port.ts";

/** How a process that generates load is started. */
export interface GeneratorProgram {
  command: readonly string[];
  env: Record<string, string | undefined>;
}

/** A generator in a process of its own. When that ends before its time, every call rejects with `OperationError`. */
export class RemoteGenerator implements GeneratorPort {
  private readonly process: Subprocess;
  private readonly lost = Promise.withResolvers<never>();
  private readonly connected = Promise.withResolvers<number>();
  private readonly sent = Promise.withResolvers<void>();
  private readonly left = Promise.withResolvers<Account>();
  private last: PartSnapshot = NOTHING_YET;
  private isReachable = true;
  /** What it is told before it listens. */
  private waiting: GeneratorOrder[] | null = [];

  constructor(
    program: GeneratorProgram,
    share: Extract<GeneratorOrder, { type: "share" }>,
    private readonly onSayings: (sayings: PackedSayings) => void,
  ) {
    // Who asks next is told; nobody may be asking now.
    this.lost.promise.catch(() => {});
    this.process = Bun.spawn([...program.command], {
      env: program.env,
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
      ipc: (news: GeneratorNews) => this.hear(news),
      onDisconnect: () => {
        this.isReachable = false;
      },
      onExit: (_, code, signal) => {
        this.isReachable = false;
        const how = signal === null ? `with exit code ${code}` : `by signal ${signal}`;
        this.lost.reject(
          new OperationError(`A process that generates load ended ${how} in the midst of the test`),
        );
      },
    });
    this.order(share);
  }

  connect(): Promise<number> {
    return this.ask({ type: "connect" }, this.connected.promise);
  }

  send(startedAt: number): Promise<void> {
    return this.ask({ type: "send", startedAt }, this.sent.promise);
  }

  learn(sayings: PackedSayings): void {
    this.order({ type: "learn", sayings });
  }

  stop(): void {
    this.order({ type: "stop" });
  }

  leave(): Promise<Account> {
    return this.ask({ type: "leave" }, this.left.promise);
  }

  snapshot(): PartSnapshot {
    return this.last;
  }

  /** Ends the process, in whatever it is. */
  kill(): void {
    this.process.kill("SIGKILL");
  }

  private ask<T>(order: GeneratorOrder, answer: Promise<T>): Promise<T> {
    this.order(order);
    return Promise.race([answer, this.lost.promise]);
  }

  private hear(news: GeneratorNews): void {
    switch (news.type) {
      case "ready": {
        const orders = this.waiting ?? [];
        this.waiting = null;
        for (const order of orders) this.order(order);
        break;
      }
      case "snapshot":
        this.last = news.snapshot;
        break;
      case "connected":
        this.connected.resolve(news.present);
        break;
      case "sent":
        this.sent.resolve();
        break;
      case "sayings":
        this.onSayings(news.sayings);
        break;
      case "left":
        this.left.resolve(news.account);
        break;
    }
  }

  private order(order: GeneratorOrder): void {
    if (this.waiting !== null) this.waiting.push(order);
    else if (this.isReachable) this.process.send(order);
  }
}
