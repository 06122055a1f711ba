/** `tight` works, with little to spare or not at its best; `unfit` does not; `unknown`: the system does not say. */
export type Verdict = "fit" | "tight" | "unfit" | "unknown";

/** One thing that a machine has to have. */
export interface Check {
  name: string;
  /** What it has, and what the demand takes, for people. */
  found: string;
  needed: string;
  verdict: Verdict;
  /** The line that would help: a command, a setting of systemd, or else advice; `null` when nothing is to do. */
  fix: string | null;
}

/** What a machine is asked to hold. */
export interface Demand {
  /** Between a server and its clients; `both`: both ends are here. */
  connections: number;
  role: "server" | "client" | "both";
  /** Processes that the clients are spread over, evenly. */
  processes: number;
  /** Addresses of the server that the clients are spread over, evenly; `null`: of several that are not known. */
  targets: number | null;
}

/** What is asked for where nobody says how many connections there will be. */
export const USUAL_CONNECTIONS = 1000;

/** Something that connections use up, as numbers. */
export interface Amount {
  name: string;
  /** What is left of it; under 0 where more is in use than a limit, set since, allows. `null`: not known. */
  found: number | null;
  needed: number;
  /** As a person reads it. */
  show: (amount: number) => string;
  fix: string;
}

/** With less than this many times what is needed, it is tight: figures of what a connection takes are means. */
export const SPARE = 1.2;

/** So much makes it fit. Where it is not fit there is less, so a limit set to this never goes down. */
export function withSpare(needed: number): number {
  return Math.ceil(needed * SPARE);
}

export function checkAmount({ name, found, needed, show, fix }: Amount): Check {
  const verdict =
    found === null ? "unknown" : found < needed ? "unfit" : found < needed * SPARE ? "tight" : "fit";
  return {
    name,
    found:
      found === null
        ? "not known"
        : found === Number.POSITIVE_INFINITY
          ? "no limit"
          : show(Math.max(0, found)),
    needed: show(needed),
    verdict,
    fix: verdict === "tight" || verdict === "unfit" ? fix : null,
  };
}

/** The worst of all. What is not known stands in nobody's way. */
export function overallVerdict(checks: readonly Check[]): "fit" | "tight" | "unfit" {
  const has = (wanted: Verdict) => checks.some(({ verdict }) => verdict === wanted);
  return has("unfit") ? "unfit" : has("tight") ? "tight" : "fit";
}
