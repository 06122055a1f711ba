import { describe, expect, test } from "bun:test";
import { colourSheet, DARK, fixedColours, LIGHT, pageColours } from "./colours.ts";

/** WCAG 2.2, 1.4.3: text. Names of runs are written in their colours. */
const TEXT = 4.5;
const RUNS = 20;

describe.each([
  ["light", LIGHT, sheetOf("light")],
  ["dark", DARK, sheetOf("dark")],
])("in the %s scheme", (_, scheme, sheet) => {
  test.each(["ink", "soft", "typical", "tail", "limit"] as const)("%s can be read", (name) => {
    expect(contrast(scheme[name], scheme.surface)).toBeGreaterThanOrEqual(TEXT);
  });

  test("so can the names of runs", () => {
    for (let i = 0; i < RUNS; i++) {
      expect(contrast(sheet.get(`run-${i}`)!, scheme.surface)).toBeGreaterThanOrEqual(TEXT);
    }
  });
});

test("every colour that a chart of the page names is in its style sheet", () => {
  const { runs, ...named } = pageColours(RUNS);
  for (const colour of [...Object.values(named), ...runs]) {
    expect(sheetOf("light").has(colour.slice("var(--".length, -1))).toBe(true);
  }
});

test("a single run has a colour, and many have each their own", () => {
  expect(fixedColours(1).runs).toHaveLength(1);
  expect(new Set(fixedColours(RUNS).runs).size).toBe(RUNS);
});

function sheetOf(scheme: "light" | "dark"): Map<string, string> {
  const part = colourSheet(RUNS).split("@media")[scheme === "light" ? 0 : 1]!;
  return new Map([...part.matchAll(/--([\w-]+):(#[0-9a-f]{6})/g)].map((match) => [match[1]!, match[2]!]));
}

function contrast(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter! + 0.05) / (darker! + 0.05);
}

/** Relative luminance as WCAG defines it, 0 to 1. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
