import { describe, expect, test } from "bun:test";
import { COLOURS } from "./cast.ts";

const css = await Bun.file(new URL("./colours.css", import.meta.url)).text();
const [light, dark] = css.split("@media (prefers-color-scheme: dark)").map(colours);

/** WCAG 2.2, 1.4.3 and 1.4.11: text, and the lines and edges that one has to see. */
const TEXT = 4.5;
const EDGE = 3;

const lines = Array.from({ length: COLOURS }, (_, slot) => [`line-${slot}`, "surface", EDGE] as const);
const badges = (["good", "warning", "danger", "info"] as const).map(
  (tone) => [tone, `${tone}-back`, TEXT] as const,
);
const pairs = [
  ["ink", "page", TEXT],
  ["ink", "surface", TEXT],
  ["ink", "raised", TEXT],
  ["ink", "neutral-back", TEXT],
  ["page", "ink", TEXT],
  ["soft", "page", TEXT],
  ["soft", "surface", TEXT],
  ["soft", "raised", TEXT],
  ["soft", "neutral-back", TEXT],
  ["danger", "surface", TEXT],
  ["surface", "danger", TEXT],
  ["accent", "surface", TEXT],
  ["on-accent", "accent", TEXT],
  ["edge", "surface", EDGE],
  ["mean", "surface", EDGE],
  ["warning", "surface", EDGE],
  ...badges,
  ...lines,
] as const;

describe.each([
  ["light", light!],
  ["dark", dark!],
])("in the %s", (_, palette) => {
  test.each(pairs)("%s on %s reaches %d:1", (front, back, wanted) => {
    expect(contrast(palette.get(front)!, palette.get(back)!)).toBeGreaterThanOrEqual(wanted);
  });
});

/** The custom properties that a part of the style sheet begins with. */
function colours(part: string): Map<string, string> {
  const block = part.slice(0, part.indexOf("}"));
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]));
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
