import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { FakeBalancer } from "../client/fake-balancer.ts";
import { DEADLINE_MS, type RunningServer, run, startServer } from "./harness.ts";

const CHROMIUM = "/usr/bin/chromium";
const hasChromium = existsSync(CHROMIUM);
const inCi = process.env.CI === "true" || process.env.CI === "1";
if (!hasChromium) console.log(`the chat page's tokens are not tested: there is no ${CHROMIUM}`);

const browserArgs = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
const TIMEOUT_MS = 3 * DEADLINE_MS;

// Without a browser this fails in CI and is skipped elsewhere.
describe.skipIf(!hasChromium && !inCi)("the chat page of a server that asks for tokens", () => {
  let browser: Browser;
  let server: RunningServer;
  let folder: string;
  let key: string;
  let page: Page;
  /** Every address that the page asked for. */
  let addresses: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: browserArgs });
  }, TIMEOUT_MS);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "scale-chat-web-auth-"));
    key = join(folder, "key");
    writeFileSync(key, "a secret of more than thirty-two bytes", { mode: 0o600 });
    server = await startServer(["--auth-key-file", key, "--log-level", "debug"]);
    const context = await browser.newContext();
    context.setDefaultTimeout(DEADLINE_MS);
    page = await context.newPage();
    addresses = [];
    page.on("request", (request) => addresses.push(request.url()));
    page.on("websocket", (socket) => addresses.push(socket.url()));
  });

  afterEach(async () => {
    await page.context().close();
    await server.kill();
    rmSync(folder, { recursive: true });
  });

  afterAll(async () => {
    await browser?.close();
  });

  const open = (room: string, search = "") => page.goto(`http://127.0.0.1:${server.port}/${search}#${room}`);
  const sees = (selector: string, text: string) =>
    page.locator(selector).filter({ hasText: text }).first().waitFor();
  const tokenField = () => page.getByLabel("Token");

  async function enterAs(name: string): Promise<void> {
    await page.getByLabel("Your name").fill(name);
    await page.getByRole("button", { name: "Join" }).click();
  }

  async function bring(token: string): Promise<void> {
    await tokenField().fill(token);
    await page.getByRole("button", { name: "Join" }).click();
  }

  async function tokenFor(name: string, ...args: string[]): Promise<string> {
    return (await run(["token", "--auth-key-file", key, "--name", name, ...args])).stdout.trim();
  }

  test(
    "asks for one, is in under its name, also after a reload, and keeps it out of every address",
    async () => {
      const token = await tokenFor("Ann", "--rooms", "harbour");
      await open("harbour");
      expect(await tokenField().isVisible()).toBe(false);
      await enterAs("Nobody");
      await sees("#join-problem", "this chat asks for a token");
      await bring("sesame");
      await sees("#join-problem", "That is no token");
      await bring(token);
      await sees("#members", "Only you");
      await page.getByRole("textbox", { name: "Message" }).fill("good morning");
      await page.keyboard.press("Enter");
      await page.getByRole("img", { name: "Sent" }).waitFor();
      await page.reload();
      await sees("#members", "Only you");
      await sees(".message .who", "Ann");
      expect(page.url()).toEndWith("/#harbour");
      expect(addresses.join("\n")).not.toContain(token.split(".")[2]!);
      await server.stop();
      expect(server.stdout + server.stderr).not.toContain(token.split(".")[2]!);
    },
    TIMEOUT_MS,
  );

  test(
    "says which token does not do, and takes another",
    async () => {
      await open("harbour");
      await enterAs("Ann");
      await bring(await tokenFor("Ann", "--rooms", "lobby"));
      await sees("#join-problem", "the token does not open this room; join with another one");
      const short = await tokenFor("Ann", "--ttl", "6s");
      await bring(short);
      await sees("#members", "Only you");
      await sees("#status", "Disconnected: the token has expired. Leave and join again to return.");
      await page.reload();
      await sees("#join-problem", "the token has expired; join with another one");
      await bring(await tokenFor("Ann"));
      await sees("#members", "Only you");
    },
    TIMEOUT_MS,
  );

  test(
    "gives its token to no other chat that a link names, and asks there anew",
    async () => {
      const other = await startServer(["--auth-key-file", key, "--origin", "same-host"]);
      const balancer = new FakeBalancer();
      balancer.servers = [`ws://127.0.0.1:${other.port}`];
      try {
        await open("harbour");
        await enterAs("Ann");
        await bring(await tokenFor("Ann"));
        await sees("#members", "Only you");
        await open("harbour", `?balancer=${encodeURIComponent(balancer.url)}`);
        await sees("#join-problem", "this chat asks for a token");
        await bring(await tokenFor("Bob"));
        await sees("#members", "Only you");
      } finally {
        await balancer.stop();
        await other.kill();
      }
    },
    TIMEOUT_MS,
  );
});
