import { describe, expect, test } from "bun:test";
import { decodeRunMeta, encodeRunMeta, isRunMetaLine, type RunEnd, type RunMeta } from "./run-meta.ts";

const END: RunEnd = {
  ended_at: "2025-11-21T00:01:00.000Z",
  sent: 10,
  expected: 40,
  received: 39,
  connect_errors: 0,
  disconnects: 1,
  interrupted: false,
  warnings: ["the event loop lagged"],
};

const META: RunMeta = {
  version: 1,
  rooms: 25,
  room_size: 16,
  interval_ms: 1000,
  size: 256,
  dialect: "native",
  started_at: "2025-11-21T00:00:00.000Z",
  duration_ms: 60_000,
  warmup_ms: 5000,
  seed: 1,
  url: "ws://127.0.0.1:8080",
  host: { cores: 2, cpu: "a processor", memory_bytes: 1024, os: "linux" },
};

describe("encodeRunMeta", () => {
  test("is read back as it was, with and without the end", () => {
    for (const meta of [META, { ...META, end: END }]) {
      expect(decodeRunMeta(encodeRunMeta(meta).trimEnd())).toEqual(meta);
    }
  });

  test("has the same length before and after the end of the run, in bytes", () => {
    const before = encodeRunMeta({ ...META, url: "ws://zürich.example" });
    const after = encodeRunMeta({ ...META, url: "ws://zürich.example", end: END });
    expect(Buffer.byteLength(before)).toBe(2048);
    expect(Buffer.byteLength(after)).toBe(2048);
    expect(before.endsWith(" \n")).toBe(true);
  });

  test("leaves out the warnings that do not fit", () => {
    const warnings = Array.from({ length: 40 }, (_, i) => `${i}`.padEnd(100, "x"));
    const meta = decodeRunMeta(encodeRunMeta({ ...META, end: { ...END, warnings } }));
    expect(meta?.end?.warnings.length).toBeGreaterThan(5);
    expect(meta?.end?.warnings).toEqual(warnings.slice(0, meta!.end!.warnings.length));
  });

  test("refuses what cannot be made to fit", () => {
    expect(() => encodeRunMeta({ ...META, url: "x".repeat(2048) })).toThrow(/bytes too long/);
  });
});

describe("decodeRunMeta", () => {
  const line = (change: object) => `# scale-chat ${JSON.stringify({ ...META, ...change })}`;

  test.each([
    ["another comment", "# something"],
    ["a row", "1,a,a,Sent,1,1"],
    ["cut JSON", '# scale-chat {"version":1,'],
    ["no object", "# scale-chat 7"],
    ["null", "# scale-chat null"],
    ["another version", line({ version: 2 })],
    ["no rooms", line({ rooms: 0 })],
    ["half a client", line({ room_size: 1.5 })],
    ["no time", line({ started_at: "yesterday" })],
    ["a negative warm-up", line({ warmup_ms: -1 })],
    ["a broken end", line({ end: { ...END, expected: "many" } })],
    ["warnings that are no text", line({ end: { ...END, warnings: [1] } })],
    ["an end that is none", line({ end: null })],
  ])("is null for %s", (_what, text) => expect(decodeRunMeta(text)).toBeNull());

  test("a line that claims to be one is told from other comments", () => {
    expect(isRunMetaLine("# scale-chat {")).toBe(true);
    expect(isRunMetaLine("# scale")).toBe(false);
  });
});
