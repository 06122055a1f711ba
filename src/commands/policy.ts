import type { CliCommand } from "../cli/command.ts";
import { decimal, duration, wholeNumber } from "../cli/parsers.ts";
import type { PolicyOptions } from "../fleet/policy/options.ts";

const HOUR_MS = 3_600_000;
const share = decimal("a share", 0, 100);

/** What fills one server: the default of the options that say so. */
export const SPAWN_AT = "200000";
export const CONNECTIONS_AT = "20000";

/** When a fleet grows, moves clients and shrinks. The defaults are the policy's own, which a test compares. */
export function policyOptions(command: CliCommand): void {
  const servers = wholeNumber("a number of servers", 0, 1000);
  const writes = wholeNumber("a number of writes a second", 1, 1e9);
  const time = duration(0, HOUR_MS * 24);
  command
    .optionsGroup("Fleet:")
    .setting("--min <servers>", "fewest servers", servers, "1")
    .setting("--max <servers>", "most servers on this machine (default: one a core)", servers)
    .setting("--spawn-at <writes>", "socket writes a second that fill one server", writes, SPAWN_AT)
    .setting(
      "--connections-at <count>",
      "connections that fill one server, even if nobody talks",
      wholeNumber("a number of connections", 1, 1e9),
      CONNECTIONS_AT,
    )
    .optionsGroup("Policy (shares are of --spawn-at):")
    .setting(
      "--load-factor <ratio>",
      "a server above this times the mean sends clients away",
      decimal("a ratio", 1, 100),
      "1.25",
    )
    .setting(
      "--newcomer-factor <ratio>",
      "newcomers pass by servers above this times the mean load",
      decimal("a ratio", 1, 100),
      "1.1",
    )
    .setting("--grow-above <share>", "the fleet grows when its mean is over it", share, "0.85")
    .setting("--quiet-below <share>", "under it a server takes newcomers in any case", share, "0.5")
    .setting("--spare-below <share>", "nothing is spawned while a server is under it", share, "0.8")
    .setting("--spawn-rest <time>", "between two spawns for the same server", time, "15s")
    .setting("--shed-above <share>", "above it a server sends clients to others", share, "1.15")
    .setting("--shed-lag <time>", "so does one whose event loop is this late", time, "15ms")
    .setting(
      "--shed-share <share>",
      "part of its clients that it sends at once",
      decimal("a share", 0.001, 1),
      "0.04",
    )
    .setting("--shed-rest <time>", "between two orders to the same server", time, "5s")
    .setting("--retire-below <share>", "the fleet shrinks if it would stay under it ...", share, "0.5")
    .setting("--retire-after <time>", "... for so long", time, "5m")
    .setting(
      "--retire-patience <time>",
      "its clients may leave by themselves before they are sent on",
      time,
      "75m",
    )
    .setting("--retire-age <time>", "younger servers are not retired", time, "10m");
}

/** What these options come to. */
export interface PolicySettings {
  min: number;
  max?: number;
  spawnAt: number;
  connectionsAt: number;
  loadFactor: number;
  newcomerFactor: number;
  growAbove: number;
  quietBelow: number;
  spareBelow: number;
  spawnRest: number;
  shedAbove: number;
  shedLag: number;
  shedShare: number;
  shedRest: number;
  retireBelow: number;
  retireAfter: number;
  retirePatience: number;
  retireAge: number;
}

/** The policy that they ask for on a machine of `cores`; `defaults` has what no option says. */
export function policyOf(settings: PolicySettings, cores: number, defaults: PolicyOptions): PolicyOptions {
  const { spawnRest, shedLag, shedRest, retireAfter, retirePatience, retireAge, max, ...same } = settings;
  return {
    ...defaults,
    min: same.min,
    max: max ?? Math.max(cores, same.min),
    spawnAt: same.spawnAt,
    connectionsAt: same.connectionsAt,
    loadFactor: same.loadFactor,
    newcomerFactor: same.newcomerFactor,
    growAbove: same.growAbove,
    quietBelow: same.quietBelow,
    spareBelow: same.spareBelow,
    spawnRestMs: spawnRest,
    shedAbove: same.shedAbove,
    shedLagMs: shedLag,
    shedShare: same.shedShare,
    shedRestMs: shedRest,
    retireBelow: same.retireBelow,
    retireAfterMs: retireAfter,
    retirePatienceMs: retirePatience,
    retireAgeMs: retireAge,
  };
}
