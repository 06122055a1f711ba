import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type Browser, chromium, type Page } from "playwright-core";
import { openBunSocket } from "../client/bun-socket.ts";
import { Connection } from "../client/connection.ts";
import { FakeBalancer } from "../client/fake-balancer.ts";
import { DEADLINE_MS, type RunningServer, startServer, until } from "./harness.ts";

const CHROMIUM = "/usr/bin/chromium";
const hasChromium = existsSync(CHROMIUM);
const inCi = process.env.CI === "true" || process.env.CI === "1";
if (!hasChromium) console.log(`the chat page is not tested: there is no ${CHROMIUM}`);

const browserArgs = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
];
const TIMEOUT_MS = 3 * DEADLINE_MS;

// Without a browser this fails in CI and is skipped elsewhere.
describe.skipIf(!hasChromium && !inCi)("the chat page", () => {
  let browser: Browser;
  let server: RunningServer;
  const people: Person[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: browserArgs });
  }, TIMEOUT_MS);

  afterEach(async () => {
    await Promise.all(people.splice(0).map(({ page }) => page.context().close()));
    await server?.kill();
  });

  afterAll(async () => {
    await browser?.close();
  });

  async function open(colorScheme: "light" | "dark" = "light", width = 1000): Promise<Person> {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 700 } });
    context.setDefaultTimeout(DEADLINE_MS);
    const person = new Person(await context.newPage());
    people.push(person);
    return person;
  }

  async function join(port: number, room: string, name: string): Promise<Person> {
    const person = await open();
    await person.join(port, room, name);
    return person;
  }

  test(
    "two people see each other, the past, how many they are, and that their words arrived",
    async () => {
      server = await startServer();
      const ann = await join(server.port, "harbour", "Ann");
      await ann.sees("#members", "Only you");
      await ann.sees("#empty", "Nobody has said anything yet");
      await ann.says("good morning");
      await ann.sees(".message.own", "good morning");
      await ann.page.getByRole("img", { name: "Sent" }).waitFor();

      const bo = await join(server.port, "harbour", "Bo");
      await bo.sees(".message:not(.own) .who", "Ann");
      await bo.sees(".message:not(.own) .text", "good morning");
      for (const person of [ann, bo]) await person.sees("#members", "2 people");

      await bo.says("two\nlines");
      await ann.sees(".message:not(.own) .text", "two\nlines");
      expect(await ann.texts()).toEqual(["good morning", "two\nlines"]);
      expect(await bo.texts()).toEqual(["good morning", "two\nlines"]);

      await bo.page.getByRole("button", { name: "Leave" }).click();
      await bo.page.getByRole("heading", { name: "Join a room" }).waitFor();
      await ann.sees("#members", "Only you");
      for (const person of [ann, bo]) expect(person.complaints).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    "a balancer in the page's address names the server, also after a wait for one",
    async () => {
      const [page, chat] = [await startServer(), await startServer(["--origin", "same-host"])];
      const balancer = new FakeBalancer();
      server = page;
      try {
        const ann = await open();
        const address = (of: string) => `http://127.0.0.1:${page.port}/?balancer=${encodeURIComponent(of)}`;
        await ann.page.goto(`${address("javascript:alert(1)")}#harbour`);
        await ann.sees("#join-problem", "The balancer in this page's address is none");

        await ann.page.goto(`${address(balancer.url)}#harbour`);
        await ann.page.getByLabel("Your name").fill("Ann");
        await ann.page.getByRole("button", { name: "Join" }).click();
        await ann.sees("#status", "No connection yet");
        balancer.servers = [`ws://127.0.0.1:${chat.port}`];
        await ann.sees("#members", "Only you");
        const bo = await join(chat.port, "harbour", "Bo");
        await bo.says("good morning");
        await ann.sees(".message .text", "good morning");
        expect(balancer.asked[0]).toBe("harbour");
        // A browser notes each answer that is no success.
        expect(ann.complaints.filter((complaint) => !complaint.includes("503"))).toEqual([]);
      } finally {
        await balancer.stop();
        await chat.kill();
      }
    },
    TIMEOUT_MS,
  );

  test(
    "the keyboard alone is enough, and the address is a link without a name in it",
    async () => {
      server = await startServer();
      const ann = await open();
      const { keyboard } = ann.page;
      await ann.page.goto(`http://127.0.0.1:${server.port}/`);
      await ann.focuses("join-name");
      await keyboard.press("Enter");
      await ann.sees("#join-problem", "a name has 1 to 64 characters");
      await keyboard.type("Ann");
      await keyboard.press("Shift+Tab");
      await ann.focuses("join-room");
      await keyboard.press("Control+A");
      await keyboard.type("quay 7");
      await keyboard.press("Enter");
      await ann.focuses("text");
      await ann.sees("#members", "Only you");
      expect(ann.page.url()).toBe(`http://127.0.0.1:${server.port}/#quay%207`);

      await keyboard.type("one");
      await keyboard.press("Shift+Enter");
      await keyboard.type("two");
      await keyboard.press("Enter");
      await ann.sees(".message.own .text", "one\ntwo");
      await keyboard.press("Shift+Tab");
      await ann.focuses("log");
      await keyboard.press("Shift+Tab");
      await ann.focuses("leave");
      await keyboard.press("Escape");
      await ann.focuses("text");

      await ann.page.reload();
      await ann.sees(".message .text", "one\ntwo");
      await ann.focuses("text");
      expect(ann.complaints).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    "the title counts what was said while nobody looked",
    async () => {
      server = await startServer();
      const ann = await join(server.port, "harbour", "Ann");
      const bo = await join(server.port, "harbour", "Bo");
      await ann.looks(false);
      await bo.says("one");
      await bo.says("two");
      await until(async () => (await ann.page.title()) === "(2) harbour · scale-chat", "two in the title");
      await ann.looks(true);
      await until(async () => (await ann.page.title()) === "harbour · scale-chat", "a title without number");

      await ann.page.getByRole("button", { name: "Leave" }).click();
      await ann.looks(false);
      await ann.looks(true);
      expect(await ann.page.title()).toBe("scale-chat");
    },
    TIMEOUT_MS,
  );

  test(
    "leaving with words that were not sent asks first",
    async () => {
      server = await startServer();
      const ann = await join(server.port, "harbour", "Ann");
      await server.kill();
      await ann.sees("#status", "trying again");
      await ann.says("not sent yet");
      const leave = ann.page.getByRole("button", { name: "Leave" });
      ann.page.once("dialog", (dialog) => void dialog.dismiss());
      await leave.click();
      await ann.sees(".message.pending", "not sent yet");
      ann.page.once("dialog", (dialog) => void dialog.accept());
      await leave.click();
      await ann.focuses("join-room");
    },
    TIMEOUT_MS,
  );

  test(
    "markup in a name or a text stays text",
    async () => {
      server = await startServer();
      const attack = `<img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`;
      const name = "<b onclick=alert(1)>Ann</b>";
      const ann = await join(server.port, "<i>room", name);
      const bo = await join(server.port, "<i>room", "Bo");
      await ann.says(attack);
      await ann.says("javascript:alert(1) \u202egnp.exe");
      for (const person of [ann, bo]) {
        await person.sees(".text", attack);
        await person.sees(".text", "javascript:alert(1) gnp.exe");
        await person.sees("#room-title", "<i>room");
        expect(await person.page.locator("#chat img, #chat script, #chat b, #chat i, #chat a").count()).toBe(
          0,
        );
        expect(await person.page.title()).toBe("<i>room · scale-chat");
        expect(person.complaints).toEqual([]);
      }
      await bo.sees(".who", name);
    },
    TIMEOUT_MS,
  );

  test(
    "a cut connection comes back by itself, and nothing is missed",
    async () => {
      server = await startServer();
      const wire = await Wire.to(server.port);
      try {
        const ann = await join(wire.port, "harbour", "Ann");
        const bo = await join(server.port, "harbour", "Bo");
        await ann.says("before");
        await bo.sees(".text", "before");
        wire.cut();
        await ann.sees("#status", /^(Connection lost|No connection).* trying again in \d+ s$/);
        await bo.says("while Ann was away");
        await ann.says("while away");
        await ann.page.getByRole("img", { name: "Sending" }).waitFor();
        wire.mend();
        await ann.sees("#status", "Back, nothing missed");
        await ann.sees(".text", "while Ann was away");
        await bo.sees(".text", "while away");
        await ann.page.locator(".message.pending").waitFor({ state: "detached" });
        const said = ["before", "while Ann was away", "while away"];
        expect(await bo.texts()).toEqual(said);
        expect(await ann.texts()).toEqual(said);
      } finally {
        wire.end();
      }
    },
    TIMEOUT_MS,
  );

  test(
    "a server that stops and starts again is said and survived; offline words arrive once",
    async () => {
      server = await startServer();
      const { port } = server;
      const ann = await join(port, "harbour", "Ann");
      const bo = await join(port, "harbour", "Bo");
      await ann.says("before");
      await bo.sees(".text", "before");
      await server.stop();
      await ann.sees("#status", "trying again");
      await ann.says("kept for you");
      await ann.sees(".message.pending", "kept for you");
      server = await startServer(["--port", String(port)]);
      for (const person of [ann, bo]) await person.sees("#members", "2 people");
      await ann.sees(".notice", "The room was started anew");
      await bo.sees(".text", "kept for you");
      await ann.page.getByRole("img", { name: "Sending" }).waitFor({ state: "detached" });
      await bo.says("welcome back");
      await ann.sees(".text", "welcome back");
      const said = ["before", "kept for you", "welcome back"];
      expect(await ann.texts()).toEqual(said);
      expect(await bo.texts()).toEqual(said);
      for (const person of [ann, bo]) {
        // The browser itself notes each try that nobody answered.
        expect(person.complaints.filter((line) => !line.includes("ERR_CONNECTION_REFUSED"))).toEqual([]);
      }
    },
    TIMEOUT_MS,
  );

  test(
    "who reads further up is left there, and the page keeps only the newest messages",
    async () => {
      server = await startServer(["--history", "2000"]);
      const ann = await join(server.port, "flood", "Ann");
      const flood = await Flood.start(server.port, "flood");
      try {
        await flood.send(40);
        await ann.sees(".text", "flood 40");
        await until(() => ann.atEnd(), "the newest message to be in sight");
        await ann.page.locator("#log").press("Home");
        await until(() => ann.atStart(), "the log to be scrolled up");
        await flood.send(1500);
        await ann.sees("#newer", "1,500 new messages");
        expect(await ann.atEnd()).toBe(false);
        expect(await ann.page.locator("#messages > li").count()).toBe(1000);
        expect((await ann.texts()).at(-1)).toBe("flood 1540");
        await ann.page.locator("#newer").press("Enter");
        await until(() => ann.atEnd(), "the newest message to be in sight");
        await ann.focuses("text");
        expect(await ann.page.locator("#newer").isVisible()).toBe(false);
        expect(ann.complaints).toEqual([]);
      } finally {
        await flood.end();
      }
    },
    TIMEOUT_MS,
  );

  test(
    "a text that is too long is not sent, and not lost",
    async () => {
      server = await startServer(["--max-payload", "200B"]);
      const ann = await join(server.port, "harbour", "Ann");
      await ann.says("é".repeat(100));
      await ann.sees("#status", "Too long to send");
      expect(await ann.page.locator("#text").inputValue()).toBe("é".repeat(100));
      await ann.says("é".repeat(40));
      await ann.page.getByRole("img", { name: "Sent" }).waitFor();
      expect(await ann.texts()).toEqual(["é".repeat(40)]);
      expect(ann.complaints).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    "light and dark, wide and narrow: it follows, and nothing sticks out",
    async () => {
      server = await startServer();
      const grounds = new Set<unknown>();
      for (const scheme of ["light", "dark"] as const) {
        for (const width of [320, 375, 1600]) {
          const ann = await open(scheme, width);
          await ann.join(server.port, "a-room-with-a-rather-long-name-".repeat(4), "Ann");
          await ann.says(`${"x".repeat(500)} https://example.com/${"y".repeat(300)}`);
          await ann.page.getByRole("img", { name: "Sent" }).waitFor();
          const [page, log] = await Promise.all(
            ["documentElement", "querySelector('#log')"].map((part) => ann.excess(part)),
          );
          expect({ scheme, width, page, log }).toEqual({ scheme, width, page: 0, log: 0 });
          grounds.add(await ann.page.evaluate("getComputedStyle(document.body).backgroundColor"));
          expect(ann.complaints).toEqual([]);
        }
      }
      expect(grounds.size).toBe(2);
    },
    TIMEOUT_MS,
  );
});

/** Somebody in front of a browser of their own. */
class Person {
  /** What the browser's console said was wrong: errors, warnings, broken security policies. */
  readonly complaints: string[] = [];

  constructor(readonly page: Page) {
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (line) => {
      if (line.type() === "error" || line.type() === "warning") this.complaints.push(line.text());
    });
  }

  async join(port: number, room: string, name: string): Promise<void> {
    await this.page.goto(`http://127.0.0.1:${port}/#${encodeURIComponent(room)}`);
    await this.page.getByLabel("Your name").fill(name);
    await this.page.getByRole("button", { name: "Join" }).click();
    // The log is read out once its history is there.
    await this.page.locator("#log[aria-live=polite]").waitFor();
  }

  async says(text: string): Promise<void> {
    const field = this.page.getByRole("textbox", { name: "Message" });
    await field.fill(text);
    await field.press("Enter");
  }

  /** Waits until an element that fits `selector` shows `text`. */
  async sees(selector: string, text: string | RegExp): Promise<void> {
    await this.page.locator(selector).filter({ hasText: text }).first().waitFor();
  }

  async focuses(id: string): Promise<void> {
    await this.page.locator(`#${id}:focus`).waitFor();
  }

  texts(): Promise<string[]> {
    return this.page.locator("#messages .text").allTextContents();
  }

  /** Has the page in sight, or hides it behind another. */
  async looks(isLooking: boolean): Promise<void> {
    const hidden = `Object.defineProperty(document, "hidden", { configurable: true, value: ${!isLooking} })`;
    await this.page.evaluate(`${hidden}; document.dispatchEvent(new Event("visibilitychange"))`);
  }

  atEnd(): Promise<boolean> {
    return this.page.evaluate(
      `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 2)(
        document.querySelector("#log"))`,
    );
  }

  atStart(): Promise<boolean> {
    return this.page.evaluate("document.querySelector('#log').scrollTop === 0");
  }

  /** How far a part of the document is wider than its place, CSS pixels. */
  excess(part: string): Promise<number> {
    return this.page.evaluate(`document.${part}.scrollWidth - document.${part}.clientWidth`);
  }
}

/** A connection to a server that can be cut without the server's doing. */
class Wire {
  private readonly sockets = new Set<Socket>();
  private isCut = false;
  private readonly listener = createServer((near) => {
    if (this.isCut) return near.destroy();
    const far = connect(this.target, "127.0.0.1");
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
    return undefined;
  });

  private constructor(private readonly target: number) {}

  static async to(target: number): Promise<Wire> {
    const wire = new Wire(target);
    await new Promise<void>((resolve) => wire.listener.listen(0, "127.0.0.1", resolve));
    return wire;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  end(): void {
    this.cut();
    this.listener.close();
  }
}

/** A client that says `flood 1`, `flood 2` … */
class Flood {
  private count = 0;

  private constructor(private readonly connection: Connection) {}

  static async start(port: number, room: string): Promise<Flood> {
    const url = `ws://127.0.0.1:${port}`;
    const ignore = () => {};
    const connection = new Connection(
      {
        ...{ url, room, name: "flood", session: "a-flood-of-messages", history: 0, presence: "none" },
        ...{ openSocket: openBunSocket, random: Math.random },
      },
      {
        ...{ onOnline: ignore, onOffline: ignore, onEnd: ignore, onMessage: ignore },
        ...{ onAck: ignore, onGap: ignore, onPresence: ignore, onError: ignore },
      },
    );
    connection.connect();
    await until(() => connection.isOnline, "the flood to be online");
    return new Flood(connection);
  }

  async send(messages: number): Promise<void> {
    for (let i = 0; i < messages; i++) this.connection.send(`flood ${++this.count}`);
    await until(() => this.connection.unacked === 0, "the flood to be stored");
  }

  end(): Promise<void> {
    return this.connection.close();
  }
}
