import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import type { FleetOrder, Introduction, ServerReport } from "../../protocol/fleet.ts";
import { decodeOrder } from "../redis/decode.ts";
import type { FleetChannel } from "../redis/fleet-channel.ts";
import {
  HELLO_TOPIC,
  ordersTopic,
  REPORTS_TOPIC,
  type ReportFrame,
  SERVER_LEASE_MS,
  serverLease,
} from "../redis/frames.ts";
import type { BalancerLink } from "./fleet-membership.ts";

/** The way to the balancers that share this server's Redis: a lease, reports, and a topic for orders. */
export class RedisLink implements BalancerLink {
  private introduction: Introduction | null = null;
  private sequence = 0;

  constructor(
    private readonly channel: FleetChannel,
    private readonly log: Logger,
  ) {}

  join(introduction: Introduction, onOrder: (order: FleetOrder) => void): void {
    this.introduction = introduction;
    this.channel.listen(
      HELLO_TOPIC,
      (frame) => frame,
      () => onOrder({ type: "report" }),
    );
    this.channel.listen(ordersTopic(introduction.id), decodeOrder, (order) => {
      if (order.type !== "spawn") onOrder(order);
    });
  }

  report(report: ServerReport): void {
    const from = this.introduction;
    if (from === null) return;
    this.channel.hold(serverLease(from.id), from.id, SERVER_LEASE_MS).catch((error) => {
      this.log.debug("lease_not_renewed", { error: messageOf(error) });
    });
    this.say({ type: "report", from, sequence: ++this.sequence, report });
  }

  async leave(): Promise<void> {
    if (this.introduction !== null) {
      const { id } = this.introduction;
      this.say({ type: "gone", id });
      // Redis may be away: then the lease ends by itself.
      await this.channel.release(serverLease(id), id).catch(() => {});
    }
    this.channel.close();
  }

  private say(frame: ReportFrame): void {
    this.channel.say(REPORTS_TOPIC, frame);
  }
}
