import { RelayBroker } from "../../broker/relay/relay-broker.ts";
import type { ProcessChannel } from "../../lib/process-channel.ts";
import type { FleetOrder, Introduction, ServerReport } from "../../protocol/fleet.ts";
import type { BalancerLink } from "./fleet-membership.ts";
import type { ChildFrame, ParentFrame } from "./frames.ts";

/** The way to the balancer that started this server. Without it the server ends. */
export class ParentLink implements BalancerLink {
  /** The log that the balancer holds; not used where servers share a Redis. */
  readonly relay: RelayBroker;
  /** The certificate's files hold another one. */
  onRenewal: () => void = () => {};
  private onOrder: ((order: FleetOrder) => void) | null = null;
  private isLost = false;

  constructor(private readonly channel: ProcessChannel) {
    this.relay = new RelayBroker((batch) => this.send({ type: "relay", batch }));
    channel.onFrame = (frame: ParentFrame) => {
      switch (frame.type) {
        case "relay":
          this.relay.receive(frame.batch);
          break;
        case "order":
          this.onOrder?.(frame.order);
          break;
        case "renew_tls":
          this.onRenewal();
          break;
      }
    };
    channel.onLost = () => {
      this.isLost = true;
      this.relay.lose("the balancer is gone");
      this.end();
    };
  }

  join(introduction: Introduction, onOrder: (order: FleetOrder) => void): void {
    this.onOrder = onOrder;
    this.send({ type: "listening", introduction });
    if (this.isLost) this.end();
  }

  report(report: ServerReport): void {
    this.send({ type: "report", report });
  }

  /** The end of the process says the rest. */
  askToLeave(): void {
    this.send({ type: "leaving" });
  }

  async leave(): Promise<void> {
    this.channel.onLost = () => {};
    this.channel.close();
  }

  private end(): void {
    this.onOrder?.({ type: "drain", reason: "the balancer is gone", moves: [], other: null });
  }

  private send(frame: ChildFrame): void {
    this.channel.send(frame);
  }
}
