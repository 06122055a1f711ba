import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { DEADLINE_MS, type RunningServer, startServer } from "./harness.ts";

const CHROMIUM = "/usr/bin/chromium";
const hasChromium = existsSync(CHROMIUM);
const inCi = process.env.CI === "true" || process.env.CI === "1";
if (!hasChromium) console.log(`the origins of pages are not tested: there is no ${CHROMIUM}`);

const browserArgs = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
const TIMEOUT_MS = 3 * DEADLINE_MS;

// Without a browser this fails in CI and is skipped elsewhere.
describe.skipIf(!hasChromium && !inCi)("a page in a browser", () => {
  let browser: Browser;
  const servers: RunningServer[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: browserArgs });
  }, TIMEOUT_MS);

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.kill()));
  });

  afterAll(async () => {
    await browser?.close();
  });

  async function serve(...args: string[]): Promise<RunningServer> {
    const server = await startServer(args);
    servers.push(server);
    return server;
  }

  /** Whether a page of one server can open a WebSocket to another. */
  async function connects(from: RunningServer, to: RunningServer): Promise<boolean> {
    const page = await browser.newPage();
    try {
      await page.goto(`http://127.0.0.1:${from.port}/`);
      return await page.evaluate(
        (url) =>
          new Promise<boolean>((resolve) => {
            const socket = new WebSocket(url);
            socket.onopen = () => resolve(true);
            socket.onerror = () => resolve(false);
          }),
        `ws://127.0.0.1:${to.port}/ws/tea`,
      );
    } finally {
      await page.close();
    }
  }

  test(
    "comes in at its own server, and elsewhere only where that allows it",
    async () => {
      const [own, other, open] = [await serve(), await serve(), await serve("--origin", "same-host")];
      expect(await connects(own, own)).toBe(true);
      expect(await connects(own, other)).toBe(false);
      expect(await connects(own, open)).toBe(true);
    },
    TIMEOUT_MS,
  );
});
