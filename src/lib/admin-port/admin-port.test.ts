import { afterEach, expect, test } from "bun:test";
import { OperationError } from "../errors.ts";
import { json } from "../http/answers.ts";
import { silentLogger } from "../log.ts";
import { Metrics } from "../metrics/metrics.ts";
import { Scrape } from "../metrics/test-scrape.ts";
import { AdminPort } from "./admin-port.ts";

const open: AdminPort[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((admin) => admin.stop()));
});

let rooms = 1;
function admin(port = 0): AdminPort {
  const metrics = new Metrics();
  metrics.gauge("rooms", "Rooms.", () => rooms);
  const answer = ({ url, method }: Request) => {
    if (url.endsWith("/broken")) throw new Error("a defect");
    return json({ method, path: new URL(url).pathname }, 418, { "x-tea": "green" });
  };
  const opened = new AdminPort({ host: "127.0.0.1", port, metrics, answer, log: silentLogger });
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
