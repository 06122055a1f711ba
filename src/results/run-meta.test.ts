import { describe, expect, test } from "bun:test";
import { DISTURBANCES, END as GOOD_END, META as WITHOUT_WARMUP } from "./fake-run.ts";
import { decodeRunMeta, encodeRunMeta, isRunMetaLine } from "./run-meta.ts";

const META = { ...WITHOUT_WARMUP, warmup_ms: 5000 };
const END = { ...GOOD_END, received: 1, disconnects: 1, warnings: ["the event loop lagged"] };

describe("encodeRunMeta", () => {
  test("is read back as it was, with and without the end", () => {
    const disturbed = { ...END, disturbances: DISTURBANCES };
    for (const meta of [META, { ...META, end: END }, { ...META, end: disturbed }]) {
      expect(decodeRunMeta(encodeRunMeta(meta).trimEnd())).toEqual(meta);
    }
  });

  test("has the same length before and after the end of the run, in bytes", () => {
    const before = encodeRunMeta({ ...META, url: "ws://zürich.example" });
    const after = encodeRunMeta({ ...META, url: "ws://zürich.example", end: END });
    expect(Buffer.byteLength(before)).toBe(8192);
    expect(Buffer.byteLength(after)).toBe(8192);
    expect(before.endsWith(" \n")).toBe(true);
  });

  test("leaves out the warnings that do not fit", () => {
    const warnings = Array.from({ length: 40 }, (_, i) => `${i}`.padEnd(100, "x"));
    const meta = decodeRunMeta(encodeRunMeta({ ...META, end: { ...END, warnings } }));
    expect(meta?.end?.warnings.length).toBeGreaterThan(5);
    expect(meta?.end?.warnings).toEqual(warnings.slice(0, meta!.end!.warnings.length));
  });

  test("refuses what cannot be made to fit", () => {
    expect(() => encodeRunMeta({ ...META, url: "x".repeat(8192) })).toThrow(/bytes too long/);
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
    ["disturbances that are none", line({ end: { ...END, disturbances: { reconnects: 1 } } })],
    [
      "times that are none",
      line({ end: { ...END, disturbances: { ...DISTURBANCES, back_ms: { p50: 1, p99: "2" } } } }),
    ],
    ["warnings that are no text", line({ end: { ...END, warnings: [1] } })],
    ["an end that is none", line({ end: null })],
  ])("is null for %s", (_what, text) => expect(decodeRunMeta(text)).toBeNull());

  test("a line that claims to be one is told from other comments", () => {
    expect(isRunMetaLine("# scale-chat {")).toBe(true);
    expect(isRunMetaLine("# scale")).toBe(false);
  });
});
