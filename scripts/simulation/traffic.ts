import type { Random } from "../../src/lib/random.ts";
import { binomial } from "./chance.ts";
import type { Rules } from "./rules.ts";
import type { Cause, Tally } from "./tally.ts";
import type { Cell, SimRoom, World } from "./world.ts";

/** Clients come, go and move, where the rules say. */
export class Traffic {
  /** Seconds since the start of the day. */
  time = 0;

  constructor(
    readonly world: World,
    private readonly rules: Rules,
    private readonly tally: Tally,
    private readonly random: Random,
  ) {}

  join(room: SimRoom, clients: number): void {
    for (let left = clients; left > 0; left -= this.rules.group) {
      const group = Math.min(left, this.rules.group);
      const server = this.rules.place(room, group, this.random);
      if (server === null) this.tally.refuse(group);
      else this.world.add(room, server, group);
    }
  }

  /** Each member leaves with this probability. */
  leave(room: SimRoom, probability: number): void {
    for (const cell of [...room.cells]) {
      this.world.remove(cell, binomial(cell.members, probability, this.random));
    }
  }

  /** Clients are sent away, and come back through provisioning. */
  move(cell: Cell, clients: number, cause: Cause): void {
    this.world.remove(cell, clients);
    this.join(cell.room, clients);
    this.tally.move(cause, clients, this.time);
  }

  /** Clients follow an order that names their new server. */
  moveTo(cell: Cell, clients: number, target: string): void {
    const server = this.world.server(target)!;
    this.world.remove(cell, clients);
    this.world.add(cell.room, server, clients);
    this.tally.move("redistribute", clients, this.time);
  }

  /** An order without a target: anyone leaves, and comes back to wherever. */
  scatter(cells: Iterable<Cell>, share: number): void {
    for (const cell of [...cells]) {
      this.move(cell, binomial(cell.members, share, this.random), "redistribute");
    }
  }
}
