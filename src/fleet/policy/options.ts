/** The rules' numbers; each is an option of `balance`. Shares without a unit are shares of `spawnAt`. */
export interface PolicyOptions {
  /** The fleet's fewest servers, children and remote ones together. */
  min: number;
  /** Most children of this balancer: what its machine has room for. */
  max: number;
  /** Socket writes a second of one server over which the fleet grows. */
  spawnAt: number;
  /** Connections that fill a server as `spawnAt` writes do, even if nobody talks. */
  connectionsAt: number;
  /**
   * A younger server is not grown, ms: it is not retired, because that would move its clients twice for nothing, and no
   * other is emptied for being fuller, because newcomers fill it anyway.
   */
  retireAgeMs: number;
  /** Load is the mean of this time, ms. */
  loadWindowMs: number;

  /** The bound on a server's load, times the mean: over it, it sends clients away, unless it is under `quietBelow`. */
  loadFactor: number;
  /** Newcomers pass by a server over this many times the mean, so that few ever come to the bound. */
  newcomerFactor: number;
  /** Under this share a server takes newcomers however little the others have. */
  quietBelow: number;
  /** Newcomers of a room pass by a server, unless it is quiet, where the room is over this share. */
  roomBelow: number;

  /** Another server under this share has room to spare: nothing is spawned, and moves stay under it. */
  spareBelow: number;
  /** The fleet grows, too, when its mean is over this share, those that start included. */
  growAbove: number;
  /** After a spawn for a server, this long none for the same one, ms. */
  spawnRestMs: number;
  /** Between two spawns, ms. */
  spawnEveryMs: number;

  /** Over this share of `spawnAt` a server sends clients to others. */
  shedAbove: number;
  shedWindowMs: number;
  /** So does one whose event loop is this late in the mean, ms. */
  shedLagMs: number;
  shedLagWindowMs: number;
  /** Part of its clients that one order moves. */
  shedShare: number;
  /** After an order this long none for the same server, ms: figures from before it would count twice. */
  shedRestMs: number;

  /** The fleet loses a server if it would still be under this share without it … */
  retireBelow: number;
  /** … for so long, ms. */
  retireAfterMs: number;
  /** A retired server gets nobody, and waits so long for its clients to leave by themselves before it sends them on, ms. */
  retirePatienceMs: number;
  /** Part of the fleet that may drain at the same time; one server always may. */
  retireShare: number;
}

/**
 * 200,000 writes/s is two thirds of what one server was measured at on two cores (docs/benchmarks.md), and 20,000
 * connections are the open files that many hosts grant a process. 1.25: Mirrokni, Thorup, Zadimoghaddam, "Consistent
 * Hashing with Bounded Loads". Five minutes before a fleet shrinks: as Kubernetes' horizontal scaler. Sending clients
 * away over the bound, `newcomerFactor`, `roomBelow`, `growAbove` and `retirePatienceMs` come out of `scripts/simulate`
 * (docs/scaling.md): with rules for single servers only, a large fleet was uneven and moved a tenth of its users an hour.
 */
export const DEFAULT_POLICY: PolicyOptions = {
  min: 1,
  max: 8,
  spawnAt: 200_000,
  connectionsAt: 20_000,
  retireAgeMs: 600_000,
  loadWindowMs: 3000,
  loadFactor: 1.25,
  newcomerFactor: 1.1,
  quietBelow: 0.5,
  roomBelow: 0.2,
  spareBelow: 0.8,
  growAbove: 0.85,
  spawnRestMs: 15_000,
  spawnEveryMs: 1000,
  shedAbove: 1.15,
  shedWindowMs: 5000,
  shedLagMs: 15,
  shedLagWindowMs: 4000,
  shedShare: 0.04,
  shedRestMs: 5000,
  retireBelow: 0.5,
  retireAfterMs: 300_000,
  retirePatienceMs: 4_500_000,
  retireShare: 0.5,
};
