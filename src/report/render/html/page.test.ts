import { describe, expect, test } from "bun:test";
import type { RunSummary } from "../../../results/summary.ts";
import { parseThreshold } from "../../../results/threshold.ts";
import { judged } from "../../../results/threshold-judge.ts";
import { fakeRun, fakeSweep, UNKNOWN_RUN } from "../../charts/fake-runs.ts";
import { elementsOf } from "../../charts/test-markup.ts";
import { renderSvgs } from "../svg.ts";
import { renderPage } from "./page.ts";

const RUN = fakeRun("25 x 8", 2000);
const LIMIT_US = 5000;

/** Breaks out of text, of attributes, of a CDATA section and of a comment, and turns the reading direction. */
const HOSTILE = `"'><script>alert(1)</script>]]>--><img src=x onerror=alert(1)>&lt;\u202e\u0007\ud800\uffff{a|b}`;

function hostileRun(): RunSummary {
  const meta = {
    ...RUN.meta!,
    ...{ command: HOSTILE, url: HOSTILE, dialect: HOSTILE },
    host: { cpu: HOSTILE, os: HOSTILE, cores: 2, memory_bytes: 1024 },
  };
  return { ...RUN, label: HOSTILE, notes: [HOSTILE], meta };
}

describe("the page", () => {
  test("is well-formed, allows itself nothing, and holds every chart", () => {
    const page = renderPage(fakeSweep(3), LIMIT_US);
    const elements = elementsOf(page);
    expect(elements.filter((name) => name === "svg")).toHaveLength(8);
    expect(new Set(elements).has("script")).toBe(false);
    expect(page).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"`,
    );
    expect(/(?:href|src)=|url\((?!#)|@import/.exec(page)).toBeNull();
  });

  test("says which command made a run, on which machine, and what to know before believing it", () => {
    const page = renderPage([{ ...RUN, notes: ["the run was interrupted"] }], null);
    for (const text of [RUN.meta!.command!, "a processor, 2 cores", "the run was interrupted", "25 x 8"]) {
      expect(page).toContain(text);
    }
  });

  test("marks what is over the limit, and the thresholds that failed", () => {
    const run = judged(RUN, [parseThreshold("p99<1ms")]);
    const page = renderPage([run], LIMIT_US);
    expect(page).toContain("over the limit");
    expect(page).toContain('<strong class="over">from p');
    expect(page).toContain("What the runs were held to");
    expect(page).toContain("failed");
  });

  test("of a run of which nothing is known says n/a instead of drawing empty charts", () => {
    const page = renderPage([UNKNOWN_RUN], LIMIT_US);
    expect(elementsOf(page)).not.toContain("svg");
    expect(page.match(/<p class="missing">n\/a: /g)).toHaveLength(7);
  });

  test("takes descriptions whose facts are missing or of another kind", () => {
    const meta = { version: 1, rooms: 1, room_size: 2, host: 7, command: { a: 1 }, started_at: "soon" };
    const page = renderPage([{ ...RUN, meta } as unknown as RunSummary], null);
    expect(elementsOf(page)).toContain("svg");
    expect(page).toContain("n/a: the file does not say it");
  });

  test("stays under 2 MB with 20 runs of 512 slots, and holds no raw samples", () => {
    const runs = fakeSweep(20, 512);
    expect(runs[0]!.timeline!.slots.length).toBeGreaterThanOrEqual(512);
    const bytes = Buffer.byteLength(renderPage(runs, LIMIT_US));
    expect(bytes).toBeLessThan(2_000_000);
    // A run twice as long has twice the samples, in as many slots.
    const longer = Buffer.byteLength(renderPage(fakeSweep(20, 1024), LIMIT_US));
    expect(longer).toBeLessThan(bytes * 1.2);
  });
});

describe("what a file smuggles in", () => {
  test("is text on the page", () => {
    for (const runs of [[hostileRun()], [hostileRun(), hostileRun()]]) {
      const page = renderPage(runs, LIMIT_US);
      const elements = elementsOf(page);
      expect(elements).not.toContain("script");
      expect(elements).not.toContain("img");
      expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;");
      expect(page).not.toContain("]]>");
      expect(page).not.toMatch(/[\u202e\u0007\uffff]/);
      expect(page.isWellFormed()).toBe(true);
    }
  });

  test("is text in a chart's file", () => {
    for (const [, svg] of renderSvgs([hostileRun(), { ...hostileRun(), label: `<b>${HOSTILE}` }], LIMIT_US)) {
      const elements = new Set(elementsOf(svg));
      expect([...elements].filter((name) => !DRAWN.has(name))).toEqual([]);
      expect(svg).not.toMatch(/]]>|[\u202e\u0007\uffff]/);
      expect(svg.isWellFormed()).toBe(true);
    }
  });
});

/** All that a chart is made of. */
const DRAWN = new Set(["svg", "title", "rect", "text", "path", "g", "defs", "clipPath"]);

describe("the charts as files", () => {
  test("each stands alone, on a ground of its own, under its title", () => {
    const files = renderSvgs(fakeSweep(3), LIMIT_US);
    expect([...files.keys()]).toEqual([
      "percentile-curve.svg",
      "percentile-grid-limit.svg",
      "percentile-grid.svg",
      "mean-latency.svg",
      "deliveries.svg",
      "latency-over-time.svg",
      "rate-over-time.svg",
      "generator-health.svg",
    ]);
    for (const svg of files.values()) {
      expect(elementsOf(svg).slice(0, 3)).toEqual(["svg", "title", "rect"]);
      expect(svg).not.toContain("var(--");
    }
  });

  test("there is none of what is not known", () => {
    expect([...renderSvgs([UNKNOWN_RUN], LIMIT_US).keys()]).toEqual([]);
    expect([...renderSvgs([{ ...RUN, meta: null }], null).keys()]).not.toContain("generator-health.svg");
  });
});
