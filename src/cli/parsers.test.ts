import { describe, expect, test } from "bun:test";
import { InvalidArgumentError } from "commander";
import {
  adminUrl,
  bytes,
  chatUrl,
  duration,
  fraction,
  hostName,
  measurement,
  oneOf,
  type Parser,
  percentage,
  percentiles,
  port,
  roomsDistribution,
  wholeNumber,
} from "./parsers.ts";

function accepts<T>(parser: Parser<T>, cases: Record<string, T>): void {
  for (const [text, value] of Object.entries(cases)) {
    test(`${JSON.stringify(text)} is ${JSON.stringify(value)}`, () => expect(parser(text)).toEqual(value));
  }
}

function refuses(parser: Parser<unknown>, sentence: string, texts: string[]): void {
  test.each(texts)("%p is refused", (text) => {
    expect(() => parser(text)).toThrow(InvalidArgumentError);
    expect(() => parser(text)).toThrow(sentence);
  });
}

describe("port", () => {
  accepts(port, { "0": 0, "8080": 8080, "65535": 65_535 });
  refuses(port, "a whole number from 0 to 65535", ["65536", "-1", "80.5", "0x50", "1e3", "", " 80", "８０"]);
});

describe("adminUrl", () => {
  const urls = ["http://127.0.0.1:3001", "https://ops.example.org/fleet/"];
  accepts(adminUrl, Object.fromEntries(urls.map((url) => [url, url])));
  refuses(adminUrl, "Not the address of a dashboard", [
    ...[
      "",
      "127.0.0.1:3001",
      "ws://127.0.0.1:3001",
      "http://",
      "http://h/?a=b",
      "http://h/#a",
      "http://u:p@h",
    ],
  ]);
});

describe("measurement", () => {
  accepts(measurement, {
    "results/run.csv": { kind: "file", path: "results/run.csv" },
    "http://127.0.0.1:8081": { kind: "stats", url: "http://127.0.0.1:8081" },
  });
  refuses(measurement, "Not the address of a dashboard", ["ws://127.0.0.1:8080", "http://"]);
  refuses(measurement, "Not a file", [""]);
});

describe("hostName", () => {
  const hosts = ["chat", "chat.example.org", "10.0.0.5", "2001:db8::5", "::1"];
  accepts(hostName, Object.fromEntries(hosts.map((host) => [host, host])));
  refuses(hostName, "Not a host", [
    "",
    "a b",
    "h:80",
    "10.0.0.5:80",
    "ws://h",
    "h/",
    "[::1]",
    "user@h",
    "10.0.0.999",
  ]);
});

describe("wholeNumber", () => {
  const rooms = wholeNumber("a number of rooms", 1, 1000);
  accepts(rooms, { "1": 1, "1000": 1000, "007": 7 });
  refuses(rooms, "Not a number of rooms: a whole number from 1 to 1000.", ["0", "1001", "ten", "1,000"]);
});

describe("percentage", () => {
  const resolution = percentage("a resolution", 0.1, 50);
  accepts(resolution, { "5%": 0.05, "0.1%": 0.001, "50%": 0.5 });
  refuses(resolution, "Not a resolution: try 5%, from 0.1% to 50%.", [
    ...["5", "0%", "51%", "%", "-5%", "5 %", "5%/s"],
  ]);
  const churn = percentage("a share", 0, 100, "/s");
  accepts(churn, { "0%/s": 0, "0.5%/s": 0.005, "100%/s": 1 });
  refuses(churn, "Not a share: try 5%/s, from 0%/s to 100%/s.", ["5", "5%", "101%/s", "5%/m", "/s"]);
});

describe("duration", () => {
  const wait = duration(100, 3_600_000);
  accepts(wait, { "100ms": 100, "1.5s": 1500, "5m": 300_000, "1h": 3_600_000, "0.5m": 30_000 });
  refuses(wait, "Not a duration: try 250ms, 30s or 5m, from 100ms to 1h.", [
    ...["99ms", "1.1h", "30", "5 m", "s", "-5s", "1d", "5S", "1s1s", ""],
  ]);
});

describe("bytes", () => {
  const size = bytes(1, 1024 ** 3);
  accepts(size, {
    "256": 256,
    "64KiB": 65_536,
    "1mib": 1_048_576,
    "1MB": 1_000_000,
    "1.5 KiB": 1536,
    "1b": 1,
  });
  refuses(size, "Not a size: try 256, 64KiB or 1MiB, from 1 B to 1 GiB.", [
    ...["0", "2GiB", "1.5", "0.3KiB", "1TiB", "KiB", "-1", "1e3", "1 constructor"],
  ]);
});

describe("oneOf", () => {
  const format = oneOf(["json", "text"]);
  accepts(format, { json: "json", text: "text" });
  refuses(format, "Allowed: json, text.", ["JSON", "", "jso"]);

  test("shows its words", () => expect(format.words).toEqual(["json", "text"]));
});

describe("percentiles", () => {
  accepts(percentiles, { "50": [50], "99.9,50,50": [50, 99.9], "100": [100] });
  refuses(percentiles, "each above 0 and at most 100", ["0", "101", "50,", "p50", "50;99", "", "5e1"]);
});

describe("roomsDistribution", () => {
  accepts(roomsDistribution, {
    uniform: { kind: "uniform" },
    "zipf:1.1": { kind: "zipf", exponent: 1.1 },
    "zipf:0": { kind: "zipf", exponent: 0 },
    "zipf:10": { kind: "zipf", exponent: 10 },
  });
  refuses(roomsDistribution, "Not a distribution: try uniform or zipf:1.1, its exponent from 0 to 10.", [
    ...["", "zipf", "zipf:", "zipf:-1", "zipf:11", "zipf:1.1x", "Uniform", "pareto:1"],
  ]);
});

describe("chatUrl", () => {
  accepts(chatUrl, {
    "ws://127.0.0.1:8080": "ws://127.0.0.1:8080",
    "wss://chat.example.org/ws/{room}": "wss://chat.example.org/ws/{room}",
    "http://127.0.0.1:3000": "http://127.0.0.1:3000",
    "https://chat.example.org/": "https://chat.example.org/",
  });
  refuses(chatUrl, "Not a chat address", [
    ...[
      "http://127.0.0.1/fleet",
      "ftp://127.0.0.1",
      "127.0.0.1:8080",
      "ws://",
      "ws://h/#a",
      "ws://h/?token=1",
      "",
    ],
  ]);
});

describe("fraction", () => {
  const share = fraction("a share", 0, 0.95);
  test.each([
    ["0.3", 0.3],
    ["30%", 0.3],
    ["0", 0],
    ["95%", 0.95],
  ])("%p", (text, value) => expect(share(text)).toBe(value));
  test("of several wholes, too", () => expect(fraction("a share", 0, 100)("1150%")).toBe(11.5));
  test.each(["30", "96%", "1", "-1", "%", "", "30 %"])("%p is none", (text) =>
    expect(() => share(text)).toThrow("Not a share: a number from 0 to 0.95, or 0% to 95%."),
  );
});
