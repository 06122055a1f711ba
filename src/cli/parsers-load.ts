import { InvalidArgumentError } from "commander";
import { exactly, type Range } from "../lib/range.ts";
import { duration, type Parser, wholeNumber } from "./parsers.ts";

/** What describes a load, as people write it. */

/** Two values with `..` between them, or one that stands for both; each is read by `parse`; `example`: such a range. */
export function range(parse: Parser<number>, example: string): Parser<Range> {
  return (text) => {
    const [from, to, ...more] = text.split("..");
    if (to === undefined) return exactly(parse(text));
    const [min, max] = [parse(from!), parse(to)];
    if (more.length === 0 && min <= max) return { min, max };
    throw new InvalidArgumentError(`Not a range: the smaller value first, as in ${example}.`);
  };
}

/** A number of processes, or `auto`. */
export const processes: Parser<number | "auto"> = (text) => {
  if (text === "auto") return "auto";
  try {
    return wholeNumber("a number", 1, 1000)(text);
  } catch {
    throw new InvalidArgumentError("Not a number of processes: auto, or a whole number from 1 to 1000.");
  }
};

const STAGE_TIME = duration(1, 604_800_000);
const STAGE_CLIENTS = wholeNumber("a number of clients", 0, 10_000_000);

/** `30s:100,1m:1000,30s:0`: in which time the clients become how many. */
export const stages: Parser<Array<{ duration: number; clients: number }>> = (text) => {
  const parsed = text.split(",").map((part) => {
    const [time = "", clients = "", ...more] = part.trim().split(":");
    try {
      if (more.length === 0) return { duration: STAGE_TIME(time), clients: STAGE_CLIENTS(clients) };
    } catch {} // Told below, with what is allowed.
    throw new InvalidArgumentError(
      "Not stages: try 30s:100,1m:1000,30s:0, each a time and the clients at its end.",
    );
  });
  if (parsed.some(({ clients }) => clients > 0)) return parsed;
  throw new InvalidArgumentError("Not stages: none of them has any clients.");
};

const MOST_HOSTS = 4096;

/** Hosts between commas, `127.0.0.1,127.0.0.2`, and runs of IPv4 addresses, `127.0.0.1..127.0.0.40`. */
export const hosts: Parser<string[]> = (text) => {
  const found = text.split(",").flatMap((part) => {
    const [from = "", to, ...more] = part.trim().split("..");
    if (to === undefined) return isHost(from) ? [from] : [];
    const [first, last] = [ipv4(from), ipv4(to)];
    if (more.length > 0 || first === null || last === null || last < first || last - first >= MOST_HOSTS)
      return [];
    return Array.from({ length: last - first + 1 }, (_, i) => formatIpv4(first + i));
  });
  const named = text.split(",").length;
  if (found.length >= named && found.length <= MOST_HOSTS) return found;
  throw new InvalidArgumentError(
    `Not hosts: try 127.0.0.1..127.0.0.40, or names and addresses between commas, at most ${MOST_HOSTS}.`,
  );
};

function isHost(text: string): boolean {
  return text !== "" && URL.canParse(`ws://${text}`) && new URL(`ws://${text}`).host === text.toLowerCase();
}

function ipv4(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}
