/**
 * What charts are drawn with: colours that people with any colour vision tell apart, because they also differ in
 * how light they are. Text reaches a contrast of 4.5:1 on its ground, lines 3:1 (WCAG 2.2 AA), in both schemes.
 */
export interface Colours {
  ink: string;
  soft: string;
  grid: string;
  /** The middle of a distribution, and what arrived. */
  typical: string;
  /** The tail of a distribution. */
  tail: string;
  /** A bound that was exceeded, and what was lost. */
  limit: string;
  /** Of each run, in their order. */
  runs: readonly string[];
}

type Scheme = Readonly<Record<Exclude<keyof Colours, "runs"> | "page" | "surface", string>>;

export const LIGHT: Scheme = {
  page: "#f4f5f8",
  surface: "#ffffff",
  ink: "#1a1f2b",
  soft: "#5a6272",
  grid: "#e2e5ec",
  typical: "#3b5bdb",
  tail: "#c2410c",
  limit: "#b3261e",
};

export const DARK: Scheme = {
  page: "#0f1218",
  surface: "#171b23",
  ink: "#e6e9ef",
  soft: "#9aa4b5",
  grid: "#2a303d",
  typical: "#8ea6ff",
  tail: "#ff9a62",
  limit: "#ff8a80",
};

/** Runs are mostly a sweep towards more load: one ramp, from cool to warm. */
const LIGHT_RAMP = ["#1b3a8f", "#7a2ea8", "#c4326f", "#c2410c"];
const DARK_RAMP = ["#6d8bff", "#c58cf5", "#ff8fb5", "#ffc27a"];

/** For a file that stands alone: the light scheme, on a ground of its own. */
export function fixedColours(runs: number): Colours {
  return { ...LIGHT, runs: ramp(LIGHT_RAMP, runs) };
}

/** For a chart within the page: names of what `colourSheet` defines, so that it follows the reader's scheme. */
export function pageColours(runs: number): Colours {
  const named = (name: string) => `var(--${name})`;
  return {
    ink: named("ink"),
    soft: named("soft"),
    grid: named("grid"),
    typical: named("typical"),
    tail: named("tail"),
    limit: named("limit"),
    runs: Array.from({ length: runs }, (_, i) => named(`run-${i}`)),
  };
}

/** The style sheet that gives the colours of the page their values. Paper is always light. */
export function colourSheet(runs: number): string {
  const light = declarations(LIGHT, ramp(LIGHT_RAMP, runs));
  const dark = declarations(DARK, ramp(DARK_RAMP, runs));
  return `:root{color-scheme:light dark;${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}`;
}

function declarations(scheme: Scheme, runs: readonly string[]): string {
  const named = [...Object.entries(scheme), ...runs.map((colour, i) => [`run-${i}`, colour])];
  return named.map(([name, value]) => `--${name}:${value}`).join(";");
}

/** `count` colours, evenly from the first of the `stops` to the last. */
function ramp(stops: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const at = count === 1 ? 0 : (i / (count - 1)) * (stops.length - 1);
    const left = Math.min(Math.floor(at), stops.length - 2);
    return mix(stops[left]!, stops[left + 1]!, at - left);
  });
}

/** `#rrggbb` between two others: 0 is the first, 1 the second. */
function mix(first: string, second: string, share: number): string {
  const parts = [1, 3, 5].map((from) => {
    const [one, other] = [first, second].map((colour) => Number.parseInt(colour.slice(from, from + 2), 16));
    return Math.round(one! + (other! - one!) * share);
  });
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
