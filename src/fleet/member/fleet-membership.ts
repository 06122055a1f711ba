import type { FleetOrder, Introduction, LoadReport, RoomMove, ServerReport } from "../../protocol/fleet.ts";

/** A chat server as its fleet sees it. */
export interface FleetServer {
  port: number;
  adminPort: number;
  report(isWhole: boolean): LoadReport;
  redistribute(reason: string, moves: readonly RoomMove[]): void;
}

/** A way to a balancer: the process that started this server, or those that share its Redis. */
export interface BalancerLink {
  /** The server takes clients; from now on `onOrder` gets the balancer's orders. */
  join(introduction: Introduction, onOrder: (order: FleetOrder) => void): void;
  report(report: ServerReport): void;
  /** The server was told to stop: the balancer may say where its clients go. */
  askToLeave?(): void;
  /** The server has ended, or never began: nobody is sent there any more, and the way is closed. */
  leave(): Promise<void>;
}

/** Why a server of a fleet ends, and where its clients go on. */
export interface Dismissal {
  reason: string;
  /** To be asked once for each client. */
  target: (room: string | null) => string | null;
}

const REPORT_MS = 1000;
/** A balancer answers at once, or hangs. */
const ANSWER_MS = 2000;

/** A server's part in its fleet: once a second it tells of its load, and it does what balancers say. */
export class FleetMembership {
  /** A balancer wants this server to end. */
  readonly dismissed: Promise<Dismissal>;
  private dismiss!: (dismissal: Dismissal) => void;
  private timer: Timer | null = null;
  private isWholeDue = true;
  /** When this server is to send its last clients away; `null` while it stays. */
  private emptiesAt: number | null = null;
  private readonly links: BalancerLink[] = [];

  constructor() {
    this.dismissed = new Promise((resolve) => {
      this.dismiss = resolve;
    });
  }

  /** One more way to a balancer; before `join`. */
  add(link: BalancerLink): void {
    this.links.push(link);
  }

  join(server: FleetServer, introduction: Introduction): void {
    for (const link of this.links) link.join(introduction, (order) => this.onOrder(order, server));
    const report = () => {
      const taken = { ...server.report(this.isWholeDue), emptiesAt: this.emptiesAt };
      this.isWholeDue = false;
      for (const link of this.links) link.report(taken);
    };
    report();
    this.timer = setInterval(report, REPORT_MS);
  }

  /**
   * The server was told to stop. Where a balancer started it, that says where its clients go: resolves with what it says,
   * or with nothing when it has none, or no answer.
   */
  async askToLeave(): Promise<Dismissal | null> {
    const asked = this.links.filter((link) => link.askToLeave !== undefined);
    if (asked.length === 0) return null;
    for (const link of asked) link.askToLeave?.();
    return Promise.race([
      this.dismissed,
      new Promise<null>((resolve) => setTimeout(resolve, ANSWER_MS, null)),
    ]);
  }

  /** Closes the ways, also of a server that never joined: open, they would keep its process alive. */
  async leave(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await Promise.all(this.links.map((link) => link.leave()));
  }

  private onOrder(order: FleetOrder, server: FleetServer): void {
    switch (order.type) {
      case "report":
        this.isWholeDue = true;
        break;
      case "redistribute":
        server.redistribute(order.reason, order.moves);
        break;
      case "retire":
        this.emptiesAt = order.emptiesAt;
        break;
      case "drain":
        this.dismiss(dismissalOf(order));
        break;
    }
  }
}

/** An order to drain as a server carries it out. */
function dismissalOf({ reason, moves, other }: Extract<FleetOrder, { type: "drain" }>): Dismissal {
  const places = new Map<string, string[]>();
  for (const { room, clients, url } of moves) {
    const urls = places.get(room) ?? [];
    places.set(room, [...urls, ...Array.from({ length: clients }, () => url)]);
  }
  const next = (room: string) => {
    const urls = places.get(room);
    // Someone who joined after the order goes where the last one went.
    return urls !== undefined && urls.length > 1 ? urls.shift() : urls?.[0];
  };
  return { reason, target: (room) => (room === null ? undefined : next(room)) ?? other };
}
