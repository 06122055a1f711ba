import type { FleetOrder, Introduction, ServerReport } from "../protocol/fleet.ts";
import { KnownServer } from "./known-server.ts";

/** The servers of the fleet, and on which of them each room lives. */
export class Registry {
  private readonly servers = new Map<string, KnownServer>();
  /** By room; kept up to date, because a fleet has too many rooms to go through for each client. */
  readonly rooms = new Map<string, KnownServer[]>();

  get all(): readonly KnownServer[] {
    return [...this.servers.values()];
  }

  find(id: string): KnownServer | undefined {
    return this.servers.get(id);
  }

  /** `send` carries an order to the server. */
  add(introduction: Introduction, send: (order: FleetOrder) => void): KnownServer {
    const server = new KnownServer(introduction, send);
    this.servers.set(server.id, server);
    return server;
  }

  remove(id: string): void {
    const server = this.servers.get(id);
    if (server === undefined) return;
    this.servers.delete(id);
    for (const room of server.rooms.keys()) this.leave(room, server);
  }

  /** Takes in what a server tells of itself, heard at `now`; answers whether that changed its phase. */
  report(server: KnownServer, report: ServerReport, now: number): boolean {
    const before = server.phase;
    const { entered, left } = server.hear(report, now);
    for (const room of entered) this.rooms.set(room, [...(this.rooms.get(room) ?? []), server]);
    for (const room of left) this.leave(room, server);
    return server.phase !== before;
  }

  /** Whoever has told nothing for a while gets nobody until it does; answers with those of whom that is new. */
  suspectSilent(now: number): KnownServer[] {
    return this.all.filter((server) => server.suspectSilence(now));
  }

  private leave(room: string, server: KnownServer): void {
    const left = (this.rooms.get(room) ?? []).filter((other) => other !== server);
    if (left.length > 0) this.rooms.set(room, left);
    else this.rooms.delete(room);
  }
}
