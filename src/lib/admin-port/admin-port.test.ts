import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { systemClock } from "../clock.ts";
import { OperationError } from "../errors.ts";
import { json } from "../http/answers.ts";
import { createLogger, type Logger, silentLogger } from "../log.ts";
import { Metrics } from "../metrics/metrics.ts";
import { Scrape } from "../metrics/test-scrape.ts";
import { DEADLINE_MS, until } from "../test-until.ts";
import { AdminPort } from "./admin-port.ts";

// What is waited for has deadlines of its own, and says what it was: these come first.
setDefaultTimeout(4 * DEADLINE_MS);

const open: AdminPort[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((admin) => admin.stop()));
});

let rooms = 1;
function admin(port = 0, parts: { program?: string; log?: Logger } = {}): AdminPort {
  const metrics = new Metrics();
  metrics.gauge("rooms", "Rooms.", () => rooms);
  const answer = ({ url, method }: Request) => {
    if (url.endsWith("/broken")) throw new Error("a defect");
    return json({ method, path: new URL(url).pathname }, 418, { "x-tea": "green" });
  };
  const opened = new AdminPort({ host: "127.0.0.1", port, metrics, answer, log: silentLogger, ...parts });
  open.push(opened);
  return opened;
}

const ask = (port: number, path: string, init?: RequestInit) =>
  fetch(`http://127.0.0.1:${port}${path}`, init);

test("tells figures as they are now", async () => {
  const { port } = admin();
  for (rooms of [3, 4]) expect((await Scrape.of(port)).value("rooms")).toBe(rooms);
  const response = await ask(port, "/metrics");
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(await response.text()).toMatch(/^scale_chat_figures_age_seconds 0\.\d+$/m);
  expect((await ask(port, "/metrics", { method: "POST" })).status).toBe(405);
});

test("answers /metrics while the process stands still, with the figures that it knows", async () => {
  const { port } = admin();
  rooms = 5;
  await Scrape.of(port);
  rooms = 6;
  const script = `console.log(await (await fetch("http://127.0.0.1:${port}/metrics")).text())`;
  // This process does nothing until the other one has its answer.
  const { stdout } = Bun.spawnSync([process.execPath, "-e", script], { timeout: 20_000 });
  expect(stdout.toString()).toContain("\nrooms 5\n");
});

test("has the process answer everything else", async () => {
  const { port } = admin();
  const response = await ask(port, "/tea?a=1", { method: "DELETE" });
  expect(response.status).toBe(418);
  expect(response.headers.get("x-tea")).toBe("green");
  expect(await response.json()).toEqual({ method: "DELETE", path: "/tea" });
  const broken = await ask(port, "/broken");
  expect(broken.status).toBe(500);
  expect(await broken.text()).not.toContain("defect");
});

test("a port in use is said in a sentence", () => {
  const { port } = admin();
  expect(() => admin(port)).toThrow(
    new OperationError(
      `Cannot listen on 127.0.0.1:${port}: the port is in use; choose another with --admin-port, or 0 for a free one`,
    ),
  );
});

test("is free again when it has stopped", async () => {
  const { port } = admin();
  await open.pop()!.stop();
  expect(admin(port).port).toBe(port);
});

/** A thread that listens as the real one does; what it does when it is asked, and when it is told to stop. */
const listening = (asked: string, told = "") => `
  let server = null;
  self.onmessage = ({ data: { type, hostname, port, outcome } }) => {
    if (type === "listen") {
      const result = new Int32Array(outcome, 0, 2);
      try {
        server = Bun.serve({ hostname, port, reusePort: false, fetch: () => ask() });
        Atomics.store(result, 0, server.port);
      } catch {
        Atomics.store(result, 0, -1);
      }
      Atomics.notify(result, 0);
    } else if (type === "stop") { ${told} }
  };
  function ask() { ${asked} }
`;

describe("a thread that dies", () => {
  const lines: string[] = [];
  const log = createLogger({
    format: "json",
    level: "info",
    clock: systemClock,
    write: (line) => lines.push(line),
  });
  const logged = (event: string) =>
    lines.map((line) => JSON.parse(line)).filter((fields) => fields.event === event);
  beforeEach(() => {
    lines.length = 0;
  });

  test.each([
    [
      "of a defect",
      'setTimeout(() => { throw new Error("a defect"); }); return new Response("");',
      "a defect",
    ],
    ["by itself", "process.exit(3)", "it ended with code 3"],
  ])("%s is told of, and another one takes the port", async (_, then, error) => {
    const { port } = admin(0, { program: listening(then), log });
    await ask(port, "/").catch(() => {}); // Some die before they have answered.
    const died = await until(() => logged("admin_port_died")[0], "it");
    expect(died).toMatchObject({ level: "error", port, error });
    await until(() => logged("admin_port_back").length > 0, "the next one");
    // It listens, so it can die as the first did.
    await ask(port, "/").catch(() => {});
    await until(() => logged("admin_port_died").length > 1, "the end of that one, too");
  });

  test("is followed by none where the port is taken meanwhile, until it is free", async () => {
    const { port } = admin(0, { program: listening("process.exit(0)"), log });
    const hostname = "127.0.0.1";
    const other = await until(async () => {
      await ask(port, "/").catch(() => {}); // Ends whichever has the port.
      try {
        return Bun.serve({ hostname, port, reusePort: false, fetch: () => new Response("another") });
      } catch {
        return null; // An ending one still has it, or the next one was faster.
      }
    }, "the port");
    const taken = () => logged("admin_port_died").some(({ error }) => error.startsWith("Cannot listen on"));
    await until(taken, "the complaint");
    const returns = logged("admin_port_back").length;
    await other.stop(true);
    await until(() => logged("admin_port_back").length > returns, "the return");
  });

  test("keeps nobody from stopping", async () => {
    const dead = admin(0, { program: listening("process.exit(0)"), log });
    await ask(dead.port, "/").catch(() => {});
    await until(() => logged("admin_port_died").length === 1, "its end");
    await dead.stop();
    expect(admin(dead.port).port).toBe(dead.port);
  });
});

test("a thread that does not stop is ended, and its port is free", async () => {
  const { port } = admin(0, { program: listening('return new Response("")') });
  await open.pop()!.stop();
  expect(admin(port).port).toBe(port);
});

test("so is one that hangs", async () => {
  const { port } = admin(0, { program: listening('return new Response("")', "for (;;);") });
  await open.pop()!.stop();
  // On a busy machine its end may take longer than anybody waits for it.
  const takePort = () => {
    try {
      return admin(port);
    } catch {
      return null;
    }
  };
  await until(takePort, "its port");
});
