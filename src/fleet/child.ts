import type { Subprocess } from "bun";
import type { Broker } from "../broker/broker.ts";
import { RelayHost, type RelayTraffic } from "../broker/relay/relay-host.ts";
import type { FleetOrder, Introduction, ServerReport } from "../protocol/fleet.ts";
import type { ChildFrame, ParentFrame } from "./member/frames.ts";

/** How servers are started. */
export interface ChildProgram {
  /** The command line but for the server's id, which follows. */
  command: readonly string[];
  env: Record<string, string | undefined>;
}

export interface ChildListener {
  onListening(introduction: Introduction): void;
  onReport(report: ServerReport): void;
  /** It was told to stop, and asks where its clients go. */
  onLeaving(): void;
  /** The process is gone. `code` is `null` when a signal ended it. */
  onExit(code: number | null, signal: string | null): void;
}

/** One server in a process of its own, and what it is told and tells over their channel. */
export class Child {
  private readonly process: Subprocess;
  private readonly relay: RelayHost | null;
  private isReachable = true;

  /** `log`: what the balancer holds for its children, and where it counts; `null` when they share a Redis. */
  constructor(
    readonly id: string,
    program: ChildProgram,
    log: { broker: Broker; traffic: RelayTraffic } | null,
    private readonly listener: ChildListener,
  ) {
    this.process = Bun.spawn([...program.command, id], {
      env: program.env,
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit",
      ipc: (frame: ChildFrame) => this.receive(frame),
      onDisconnect: () => this.forsake(),
      onExit: (_, code, signal) => {
        this.forsake();
        listener.onExit(code, signal === null ? null : String(signal));
      },
    });
    this.relay =
      log && new RelayHost(log.broker, (batch) => this.send({ type: "relay", batch }), log.traffic);
  }

  get pid(): number {
    return this.process.pid;
  }

  order(order: FleetOrder): void {
    this.send({ type: "order", order });
  }

  /** Has it read its certificate again. */
  renewTls(): void {
    this.send({ type: "renew_tls" });
  }

  /** Ends it at once. */
  kill(): void {
    this.process.kill("SIGKILL");
  }

  private receive(frame: ChildFrame): void {
    switch (frame.type) {
      case "relay":
        this.relay?.receive(frame.batch);
        break;
      case "listening":
        this.listener.onListening(frame.introduction);
        break;
      case "report":
        this.listener.onReport(frame.report);
        break;
      case "leaving":
        this.listener.onLeaving();
        break;
    }
  }

  /** Nothing reaches it any more: it is gone, or about to. */
  private forsake(): void {
    this.isReachable = false;
    this.relay?.close();
  }

  private send(frame: ParentFrame): void {
    if (this.isReachable) this.process.send(frame);
  }
}
