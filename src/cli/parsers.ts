import { InvalidArgumentError } from "commander";
import type { RoomsDistribution } from "../lib/apportion.ts";
import { formatBytes, formatDuration } from "../lib/format.ts";

/**
 * Option values as people write them. Each parser returns the value in base units (milliseconds, bytes) or
 * throws one sentence that says what is allowed; commander puts the option's name in front of it.
 */
export type Parser<T> = (text: string) => T;

/** A parser as an option uses it; `before` is what the option came to where it was given before: a list adds to that. */
export type SettingParser<T> = (text: string, before?: T) => T;

export const port: Parser<number> = wholeNumber("a port", 0, 65_535);

/** A whole number between two bounds, both allowed. `what` names it: "a number of rooms". */
export function wholeNumber(what: string, min: number, max: number): Parser<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Not ${what}: a whole number from ${min} to ${max}.`);
  };
}

/** The address of a balancer's admin port, `http://host:port`; behind a proxy it may have a path. */
export const adminUrl: Parser<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWeb = url !== null && /^https?:$/.test(url.protocol);
  if (isWeb && url.search === "" && url.hash === "" && url.username === "") return text;
  throw new InvalidArgumentError("Not the address of a dashboard: try http://127.0.0.1:3001.");
};

/** Where a capacity was measured: in the results of a load test, or by a server that runs. */
export type Measurement = { kind: "file"; path: string } | { kind: "stats"; url: string };

/** A results file, or the address of an admin port, which has a scheme. */
export const measurement: Parser<Measurement> = (text) =>
  /^[a-z+]+:\/\//i.test(text)
    ? { kind: "stats", url: adminUrl(text) }
    : { kind: "file", path: filePath(text) };

/** How others reach a machine: a name or an address, without a port. */
export const hostName: Parser<string> = (text) => {
  const isName = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(text);
  const url = `ws://${text.includes(":") ? `[${text}]` : text}:1`;
  if ((isName || text.includes(":")) && URL.canParse(url)) return text;
  throw new InvalidArgumentError(
    "Not a host: try chat.example.org, 10.0.0.5 or 2001:db8::5, without a port.",
  );
};

/** A number with or without decimals between two bounds, both allowed. `what` names it: "a share". */
export function decimal(what: string, min: number, max: number): Parser<number> {
  return (text) => {
    const value = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Not ${what}: a number from ${min} to ${max}.`);
  };
}

/** A fraction, `0.3`, or the same as a percentage, `30%`. `what` names it: "a share". */
export function fraction(what: string, min: number, max: number): Parser<number> {
  return (text) => {
    const [, number, sign] = /^(\d{1,5}(?:\.\d{1,6})?)(%?)$/.exec(text) ?? [];
    const value = Number(number) / (sign === "%" ? 100 : 1);
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(
      `Not ${what}: a number from ${min} to ${max}, or ${min * 100}% to ${max * 100}%.`,
    );
  };
}

/**
 * A percentage with its sign, `5%`, as a share of 1: 0.05 comes back. `what` names it: "a resolution"; `unit` stands
 * behind the sign: `/s` for `1%/s`.
 */
export function percentage(what: string, min: number, max: number, unit = ""): Parser<number> {
  return (text) => {
    const [, number, behind] = /^(\d{1,3}(?:\.\d{1,4})?)%(.*)$/.exec(text) ?? [];
    const value = behind === unit ? Number(number) : Number.NaN;
    if (value >= min && value <= max) return value / 100;
    throw new InvalidArgumentError(`Not ${what}: try 5%${unit}, from ${min}%${unit} to ${max}%${unit}.`);
  };
}

/** `1/1000`: one in a thousand; the thousand comes back. */
export const oneIn: Parser<number> = (text) => {
  const match = /^1\/([1-9]\d{0,8})$/.exec(text);
  if (match !== null) return Number(match[1]);
  throw new InvalidArgumentError("Not one in so many: try 1/1000, or 1/1 for all.");
};

const DURATION_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A time with its unit: `250ms`, `1.5s`, `5m`, `1h`; milliseconds come back. */
export function duration(minMs: number, maxMs: number): Parser<number> {
  return (text) => {
    const match = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h)$/.exec(text);
    const value = match === null ? Number.NaN : Number(match[1]) * DURATION_MS[match[2]!]!;
    if (value >= minMs && value <= maxMs) return value;
    const [least, most] = [formatDuration(minMs), formatDuration(maxMs)];
    throw new InvalidArgumentError(`Not a duration: try 250ms, 30s or 5m, from ${least} to ${most}.`);
  };
}

const BYTE_UNITS: Record<string, number> = {
  "": 1,
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** A size: `256`, `64KiB`, `1MiB`, `1MB`; bytes come back. */
export function bytes(min: number, max: number): Parser<number> {
  return (text) => {
    const match = /^(\d{1,12}(?:\.\d{1,6})?) ?([a-z]*)$/i.exec(text);
    const unit = match === null ? undefined : BYTE_UNITS[match[2]!.toLowerCase()];
    const value = unit === undefined ? Number.NaN : Number(match![1]) * unit;
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    const [least, most] = [formatBytes(min), formatBytes(max)];
    throw new InvalidArgumentError(`Not a size: try 256, 64KiB or 1MiB, from ${least} to ${most}.`);
  };
}

/** One of a few words, which the parser also shows: shell completion offers them. */
export function oneOf<T extends string>(words: readonly T[]): Parser<T> & { words: readonly T[] } {
  const parse: Parser<T> = (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    throw new InvalidArgumentError(`Allowed: ${words.join(", ")}.`);
  };
  return Object.assign(parse, { words });
}

/** Percentages separated by commas: `50,99,99.9`. Ascending, without repeats. */
export const percentiles: Parser<number[]> = (text) => {
  const values = text
    .split(",")
    .map((part) => (/^\d{1,3}(\.\d{1,6})?$/.test(part) ? Number(part) : Number.NaN));
  if (values.every((value) => value > 0 && value <= 100)) {
    return [...new Set(values)].sort((a, b) => a - b);
  }
  throw new InvalidArgumentError("Not percentiles: try 50,95,99.9, each above 0 and at most 100.");
};

/** Steeper, and everyone is in the first room. */
const MAX_ZIPF_EXPONENT = 10;

/** How clients spread over rooms: `uniform`, or `zipf:1.1` with its exponent. */
export const roomsDistribution: Parser<RoomsDistribution> = (text) => {
  if (text === "uniform") return { kind: "uniform" };
  const match = /^zipf:(\d{1,2}(?:\.\d{1,6})?)$/.exec(text);
  const exponent = match === null ? Number.NaN : Number(match[1]);
  if (exponent <= MAX_ZIPF_EXPONENT) return { kind: "zipf", exponent };
  throw new InvalidArgumentError(
    `Not a distribution: try uniform or zipf:1.1, its exponent from 0 to ${MAX_ZIPF_EXPONENT}.`,
  );
};

/** The path of a file. An empty one is a variable that was forgotten: what it should have done would not be done. */
export const filePath: Parser<string> = (text) => {
  if (text !== "") return text;
  throw new InvalidArgumentError("Not a file: give its path.");
};

/** Where to write a file. `-` is not the standard output here: that is for the figures. */
export const newFile: Parser<string> = (text) => {
  if (text !== "" && text !== "-") return text;
  throw new InvalidArgumentError("Not a file: give its path, such as results/run.csv.");
};

/** Where to write several files. */
export const newFolder: Parser<string> = (text) => {
  if (text !== "" && text !== "-") return text;
  throw new InvalidArgumentError("Not a folder: give its path, such as charts.");
};

/**
 * The address of a chat server, `ws://host:port`, optionally with a path in which `{room}` stands; or that of a
 * balancer, `http://host:port`, which has no path.
 */
export const chatUrl: Parser<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isServer = url !== null && /^wss?:$/.test(url.protocol);
  const isBalancer = url !== null && /^https?:$/.test(url.protocol) && url.pathname === "/";
  if ((isServer || isBalancer) && url.hash === "" && url.search === "") return text;
  throw new InvalidArgumentError(
    "Not a chat address: try ws://127.0.0.1:8080 or wss://chat.example.org, or that of a balancer, http://127.0.0.1:3000.",
  );
};

/** The address of one server, which has no path: `ws://host:port`. */
export const serverUrl: Parser<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isServer = url !== null && /^wss?:$/.test(url.protocol) && url.pathname === "/";
  if (isServer && url.hash === "" && url.search === "" && url.username === "") return text;
  throw new InvalidArgumentError("Not the address of a server: try ws://10.0.0.12:8080.");
};
