import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { DEADLINE_MS, run, startServer } from "./harness.ts";

const CHROMIUM = "/usr/bin/chromium";
const hasChromium = existsSync(CHROMIUM);
const inCi = process.env.CI === "true" || process.env.CI === "1";
if (!hasChromium) console.log(`the page of a report is not opened: there is no ${CHROMIUM}`);

const browserArgs = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
const TIMEOUT_MS = 3 * DEADLINE_MS;
const folder = mkdtempSync(join(tmpdir(), "scale-chat-report-page-"));
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  const server = await startServer();
  try {
    const url = ["--url", `ws://127.0.0.1:${server.port}`];
    for (const size of ["2", "8"]) {
      const load = ["--room-size", size, "--interval", "50ms", "--duration", "2s", "--ramp", "50ms"];
      const pictures = ["--html", at(`${size}.html`), "--svg", at(`charts-${size}`)];
      const ended = await run(["loadtest", ...url, ...load, "--out", at(`1 x ${size}.csv`), ...pictures]);
      expect(ended).toMatchObject({ exitCode: 0 });
    }
  } finally {
    await server.stop();
  }
}, TIMEOUT_MS);

afterAll(() => rmSync(folder, { recursive: true }));

test("report draws the runs of its files, besides what it prints", async () => {
  const files = [at("1 x 2.csv"), at("1 x 8.csv")];
  const pictures = ["--html", at("both.html"), "--svg", at("charts"), "--limit", "1ms"];
  const ended = await run(["report", ...files, ...pictures, "--format", "csv"]);
  expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
  expect(ended.stdout).toStartWith("run,rooms,");
  expect(statSync(at("both.html")).size).toBeLessThan(2_000_000);
  const charts = readdirSync(at("charts"));
  for (const name of ["percentile-curve.svg", "percentile-grid-limit.svg", "rate-over-time.svg"]) {
    expect(charts).toContain(name);
  }
});

test("a place that cannot be written is known before the work", async () => {
  const ended = await run(["report", at("1 x 2.csv"), "--svg", at("1 x 8.csv")]);
  expect(ended.exitCode).toBe(1);
  expect(ended.stdout).toBe("");
  expect(ended.stderr).toMatch(/^scale-chat: Cannot write [^\n]+\n$/);
});

// Without a browser this fails in CI and is skipped elsewhere.
describe.skipIf(!hasChromium && !inCi)("in a browser", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: browserArgs });
  }, TIMEOUT_MS);
  afterAll(async () => {
    await browser?.close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(
      `the page opens offline in the ${colorScheme}, without a complaint, and nothing runs over`,
      async () => {
        const context = await browser.newContext({
          ...{ colorScheme, offline: true, viewport: { width: 1280, height: 900 } },
        });
        const page = await context.newPage();
        const complaints: string[] = [];
        const asked: string[] = [];
        page.on("console", (message) => complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(error.message));
        page.on("request", (request) => asked.push(request.url()));
        const address = `file://${at("8.html")}`;
        await page.goto(address);
        expect(await page.title()).toBe("Load test: 1 x 8 native");
        expect(await page.locator("figure svg").count()).toBeGreaterThanOrEqual(5);
        const root = "document.documentElement";
        expect(await page.evaluate<boolean>(`${root}.scrollWidth > ${root}.clientWidth`)).toBe(false);
        const colour = (selector: string, property: string) =>
          page.evaluate<string>(`getComputedStyle(document.querySelector("${selector}")).${property}`);
        // Charts follow the scheme as the words do.
        const soft = colorScheme === "light" ? "rgb(90, 98, 114)" : "rgb(154, 164, 181)";
        expect(await colour(".lead", "color")).toBe(soft);
        expect(await colour("figure text", "fill")).toBe(soft);
        expect(complaints).toEqual([]);
        expect(asked).toEqual([address]);
        await context.close();
      },
      TIMEOUT_MS,
    );
  }

  test(
    "every chart is a file that a browser reads as XML",
    async () => {
      const page = await browser.newPage();
      for (const name of readdirSync(at("charts-8"))) {
        await page.goto(`file://${join(at("charts-8"), name)}`);
        expect(await page.evaluate<string>("document.documentElement.tagName")).toBe("svg");
        expect(await page.locator("parsererror").count()).toBe(0);
      }
      await page.close();
    },
    TIMEOUT_MS,
  );
});
