import type { Fault } from "./soak-plan.ts";
import type { Lose, SoakWorld } from "./soak-world.ts";
import type { TcpProxy } from "./tcp-proxy.ts";

/** Where faults are carried out. */
export interface FaultScene {
  world: SoakWorld;
  /** The ways of the clients. */
  proxies: readonly TcpProxy[];
  /** Makes the room of this client loud, for as long as the client reads nothing. */
  beLoud: (client: number, forMs: number) => Promise<void>;
  lose: Lose;
  problems: string[];
}

/** Carries out faults; those of one target one after the other, also when one takes longer than planned. */
export class FaultInjector {
  private readonly busy = new Map<string, Promise<void>>();

  constructor(private readonly scene: FaultScene) {}

  /** Resolves when the spell is over. Never rejects: what went wrong is told as a problem. */
  inject(fault: Fault): Promise<void> {
    const key = `${fault.on} ${fault.target}`;
    const done = (this.busy.get(key) ?? Promise.resolve())
      .then(() => this.carryOut(fault))
      .catch((error) => void this.scene.problems.push(`${fault.kind}: ${error}`));
    this.busy.set(key, done);
    return done;
  }

  private carryOut({ kind, on, target, forMs }: Fault): Promise<void> {
    const { world, proxies, lose } = this.scene;
    switch (on) {
      case "server":
        return this.breakServer(kind, target, forMs);
      case "log":
        return world.breakLog(kind, forMs, lose);
      case "link":
        return breakWay(world.links[target]!, kind.replace("redis-", ""), forMs);
      case "client":
        if (kind === "stall") return this.stall(target, forMs);
        return breakWay(proxies[target]!, kind, forMs);
    }
  }

  private async breakServer(kind: Fault["kind"], target: number, forMs: number): Promise<void> {
    const { world, problems } = this.scene;
    const server = world.servers[target]!;
    if (kind === "pause") {
      server.pause();
      await Bun.sleep(forMs);
      server.resume();
      return;
    }
    if (kind === "redirect") problems.push(...(await server.stop()));
    else await server.kill();
    await Bun.sleep(forMs);
    await server.restart();
  }

  private async stall(target: number, forMs: number): Promise<void> {
    const proxy = this.scene.proxies[target]!;
    proxy.stalled = true;
    await this.scene.beLoud(target, forMs);
    proxy.stalled = false;
  }
}

async function breakWay(proxy: TcpProxy, how: string, forMs: number): Promise<void> {
  switch (how) {
    case "cut":
      proxy.cut();
      break;
    case "half-open":
      proxy.swallows = "everything";
      await Bun.sleep(forMs);
      proxy.swallows = "nothing";
      proxy.cut();
      break;
    case "slow":
      proxy.delayMs = 20 + forMs / 20;
      await Bun.sleep(forMs);
      proxy.delayMs = 0;
      break;
    default:
      throw new Error(`${how}: nothing that happens to a connection`);
  }
}
