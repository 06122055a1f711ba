import type { CliCommand } from "../cli/command.ts";
import { flagOf } from "../cli/flags.ts";
import { decimal, duration, fraction, type Parser, wholeNumber } from "../cli/parsers.ts";
import type { PolicyOptions } from "../fleet/policy/options.ts";

const HOUR_MS = 3_600_000;
const servers = wholeNumber("a number of servers", 0, 1000);
const writes = wholeNumber("a number of writes a second", 1, 1e9);
const connections = wholeNumber("a number of connections", 1, 1e9);
const ratio = decimal("a ratio", 1, 100);
const share = fraction("a share", 0, 100);
const time = duration(0, HOUR_MS * 24);

/** What fills one server: the default of the options that say so. */
export const SPAWN_AT = "200000";
export const CONNECTIONS_AT = "20000";

/** How a number of the policy is written, what it is about, and its default, which a test compares with the policy's own. */
type Setting = [value: string, what: string, parser: Parser<number>, defaultText: string];

/** How large the fleet is, and one server. */
const SIZES = {
  min: ["servers", "fewest servers", servers, "1"],
  spawnAt: ["writes", "socket writes a second that fill one server", writes, SPAWN_AT],
  connectionsAt: [
    "count",
    "connections that fill one server, even if nobody talks",
    connections,
    CONNECTIONS_AT,
  ],
} satisfies Partial<Record<keyof PolicyOptions, Setting>>;

/** When it grows, moves clients and shrinks. */
const RULES = {
  loadFactor: ["ratio", "a server above this times the mean sends clients away", ratio, "1.25"],
  newcomerFactor: ["ratio", "newcomers pass by servers above this times the mean load", ratio, "1.1"],
  growAbove: ["share", "the fleet grows when its mean is over it", share, "0.85"],
  quietBelow: ["share", "under it a server takes newcomers in any case", share, "0.5"],
  spareBelow: ["share", "nothing is spawned while a server is under it", share, "0.8"],
  spawnRestMs: ["time", "between two spawns for the same server", time, "15s"],
  shedAbove: ["share", "above it a server sends clients to others", share, "1.15"],
  shedLagMs: ["time", "so does one whose event loop is this late", time, "15ms"],
  shedShare: ["share", "part of its clients that it sends at once", fraction("a share", 0.001, 1), "0.04"],
  shedRestMs: ["time", "between two orders to the same server", time, "5s"],
  retireBelow: ["share", "the fleet shrinks if it would stay under it ...", share, "0.5"],
  retireAfterMs: ["time", "... for so long", time, "5m"],
  retirePatienceMs: ["time", "its clients may leave by themselves before they are sent on", time, "75m"],
  retireAgeMs: ["time", "younger servers are not retired", time, "10m"],
} satisfies Partial<Record<keyof PolicyOptions, Setting>>;

type Figure = keyof typeof SIZES | keyof typeof RULES;
/** An option says its unit with its value. */
type NameOf<F extends string> = F extends `${infer Name}Ms` ? Name : F;

/** What these options come to. */
export type PolicySettings = { [F in Figure as NameOf<F>]: number } & { max?: number };

/** When a fleet grows, moves clients and shrinks. */
export function policyOptions(command: CliCommand): void {
  const add = (settings: Record<string, Setting>) => {
    for (const [figure, [value, what, parser, defaultText]] of Object.entries(settings)) {
      command.setting(`${flagOf(nameOf(figure))} <${value}>`, what, parser, defaultText);
    }
  };
  const { min, ...oneServer } = SIZES;
  command.optionsGroup("Fleet:");
  add({ min });
  command.setting("--max <servers>", "most servers on this machine (default: one a core)", servers);
  add(oneServer);
  command.optionsGroup("Policy (shares are of --spawn-at):");
  add(RULES);
}

/** The policy that they ask for on a machine of `cores`; `defaults` has what no option says. */
export function policyOf(settings: PolicySettings, cores: number, defaults: PolicyOptions): PolicyOptions {
  const policy = { ...defaults, max: settings.max ?? Math.max(cores, settings.min) };
  for (const figure of Object.keys({ ...SIZES, ...RULES }) as Figure[]) {
    policy[figure] = settings[nameOf(figure)];
  }
  return policy;
}

function nameOf<F extends string>(figure: F): NameOf<F> {
  return figure.replace(/Ms$/, "") as NameOf<F>;
}
