import { RelayBroker } from "../../broker/relay/relay-broker.ts";
import type { ProcessChannel } from "../../lib/process-channel.ts";
import type { FleetOrder, RoomMove, ServerReport } from "../../protocol/fleet.ts";
import type { ChildFrame, ParentFrame } from "./frames.ts";

/** A chat server as its balancer sees it. */
export interface FleetServer {
  port: number;
  adminPort: number;
  report(isWhole: boolean): ServerReport;
  move(reason: string, moves: readonly RoomMove[]): void;
}

/** Why a server of a fleet ends, and where its clients go on. */
export interface Dismissal {
  reason: string;
  target: (room: string | null) => string | null;
}

export const REPORT_MS = 1000;

/** A server's side of the balancer that spawned it: tells it of its load, and does what it says. */
export class ChildMember {
  /** The log that the balancer holds. */
  readonly relay: RelayBroker;
  /** The balancer wants this server to end. */
  readonly dismissed: Promise<Dismissal>;
  /** The balancer is gone: a server without its log is none. */
  readonly orphaned: Promise<Dismissal>;
  private dismiss!: (dismissal: Dismissal) => void;
  private server: FleetServer | null = null;
  private timer: Timer | null = null;

  constructor(private readonly channel: ProcessChannel) {
    this.relay = new RelayBroker((batch) => this.send({ type: "relay", batch }));
    this.dismissed = new Promise((resolve) => {
      this.dismiss = resolve;
    });
    this.orphaned = new Promise((resolve) => {
      channel.onLost = () => {
        this.relay.lose("the balancer is gone");
        resolve({ reason: "the balancer is gone", target: () => null });
      };
    });
    channel.onFrame = (frame: ParentFrame) => {
      if (frame.type === "relay") this.relay.receive(frame.batch);
      else this.obey(frame.order);
    };
  }

  /** The server listens: from now on the balancer sends it clients. */
  join(server: FleetServer): void {
    this.server = server;
    this.send({ type: "listening", port: server.port, adminPort: server.adminPort });
    this.report(true);
    this.timer = setInterval(() => this.report(false), REPORT_MS);
  }

  leave(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private report(isWhole: boolean): void {
    if (this.server !== null) this.send({ type: "report", report: this.server.report(isWhole) });
  }

  private obey(order: FleetOrder): void {
    switch (order.type) {
      case "report":
        this.report(true);
        break;
      case "move":
        this.server?.move(order.reason, order.moves);
        break;
      case "drain":
        this.dismiss(dismissalOf(order));
        break;
    }
  }

  private send(frame: ChildFrame): void {
    this.channel.send(frame);
  }
}

/** An order to drain as a server carries it out. */
export function dismissalOf({ reason, targets, other }: Extract<FleetOrder, { type: "drain" }>): Dismissal {
  const urls = new Map(targets.map(({ room, url }) => [room, url]));
  return { reason, target: (room) => (room === null ? null : urls.get(room)) ?? other };
}
