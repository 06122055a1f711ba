import type { CliCommand } from "../cli/command.ts";
import { flagOf } from "../cli/flags.ts";
import { bytes, type Parser, wholeNumber } from "../cli/parsers.ts";
import { listOf } from "../cli/parsers-list.ts";
import { network, origin } from "../cli/parsers-network.ts";
import { formatNetwork, type Network } from "../lib/network.ts";
import type { AdmissionOptions } from "../server/admission/limits.ts";

/** Who comes in, and how many, as the command line says it. */
export interface AdmissionSettings extends Omit<AdmissionOptions, "origins" | "trustedProxies"> {
  origin?: string[];
  trustedProxies?: Network[];
}

/** As `isOriginAllowed` reads them. */
const ORIGIN_WORDS = ["same-origin", "same-host", "*"];

const COUNT = wholeNumber("a limit", 0, 1e9);

/** Limits of which 0 means none, with how each is written and what it is about. */
const LIMITS: Record<
  keyof Omit<AdmissionOptions, "origins" | "trustedProxies">,
  [value: string, what: string, parser: Parser<number>]
> = {
  maxConnections: ["n", "clients at once", COUNT],
  maxConnectionsPerIp: ["n", "clients at once from one address, or one /64 of IPv6", COUNT],
  handshakesPerSecond: ["n", "of newcomers, and as many at once", COUNT],
  maxRooms: ["n", "rooms with anybody in them", COUNT],
  maxRoomSize: ["n", "members of one room", COUNT],
  messagesPerSecond: ["n", "frames from one client, and five seconds' worth at once", COUNT],
  bytesPerSecond: ["size", "of these frames, such as 64KiB", bytes(0, 2 ** 40)],
};
const LIMIT_NAMES = Object.keys(LIMITS) as Array<keyof typeof LIMITS>;

/** `ownPages`: which pages may connect where nobody says so. */
export function admissionOptions(ownPages: string): (command: CliCommand) => void {
  return (command) => {
    command
      .optionsGroup("Admission (limits of one server; 0: none):")
      .setting(
        "--origin <origin>",
        `pages that browsers may connect from: https://host, same-origin, same-host, *; again for further ones`,
        listOf(origin(ORIGIN_WORDS)),
      )
      .without(ownPages)
      .setting(
        "--trusted-proxies <network>",
        "10.0.0.0/8: proxies whose X-Forwarded-For says who a client is; again for further ones",
        listOf(network),
      );
    for (const name of LIMIT_NAMES) {
      const [value, what, parser] = LIMITS[name];
      command.setting(`${flagOf(name)} <${value}>`, what, parser, "0");
    }
  };
}

/** What a server is told. */
export function admissionOf({ origin, trustedProxies, ...limits }: AdmissionSettings, ownPages: string) {
  return { ...limits, origins: origin ?? [ownPages], trustedProxies: trustedProxies ?? [] };
}

/** The same for the command line of another process of this program. */
export function admissionArguments(settings: AdmissionSettings, ownPages: string): string[] {
  const { origins, trustedProxies } = admissionOf(settings, ownPages);
  return [
    ...origins.map((page) => `--origin=${page}`),
    ...trustedProxies.map((proxy) => `--trusted-proxies=${formatNetwork(proxy)}`),
    ...LIMIT_NAMES.map((name) => `${flagOf(name)}=${settings[name]}`),
  ];
}
