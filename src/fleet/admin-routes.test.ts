import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { FakeClock } from "../lib/clock.ts";
import { type AdminDoor, adminRoute } from "./admin-routes.ts";
import type { Fleet } from "./fleet.ts";
import type { FleetSeries, FleetStatus } from "./status.ts";
import { join, report, type TestServer, testFleet } from "./test-servers.ts";

const TOKEN = "0123456789abcdef";

let fleet: Fleet;
let clock: FakeClock;
let a: TestServer;
let b: TestServer;
beforeEach(() => {
  ({ fleet, clock } = testFleet({ max: 1 }));
  a = join(fleet.registry, "a", { url: "ws://0.0.0.0:8001", adminAddress: "127.0.0.1:9001" });
  b = join(fleet.registry, "b", {
    url: "ws://b:8002",
    adminAddress: "b:9002",
    kind: "remote",
    startedAt: 2000,
  });
  fleet.registry.report(a.server, report({ r: 3, s: 2 }, { writesPerSecond: 60 }), clock.now());
  fleet.registry.report(b.server, report({ r: 1 }, { writesPerSecond: 40 }), clock.now());
  fleet.provisioner.refresh();
});
afterEach(() => fleet.stop());

interface Call {
  method?: string;
  /** The Authorization header. */
  authorization?: string;
  /** The operators' secret; `null`: there is none. */
  token?: string | null;
}

function ask(path: string, { method = "GET", authorization, token = TOKEN }: Call = {}): Response {
  const headers = authorization === undefined ? {} : { authorization };
  return adminRoute(new Request(`http://10.0.0.5:3001${path}`, { method, headers }), doorOf(token));
}

const doorOf = (token: string | null): AdminDoor => ({ fleet, token, problem: () => fleet.problem });

const read = async <Body>(path: string) => (await ask(path).json()) as Body;
const operator = { authorization: `Bearer ${TOKEN}` };

describe("the figures", () => {
  test("/stats is the whole fleet, its servers as whoever asks can reach them", async () => {
    const stats = await read<FleetStatus>("/stats");
    expect(stats).toMatchObject({
      ...{ decides: true, options: { min: 0, max: 1, spawn_at: 200_000 }, connections: 6, rooms: 2 },
      ...{ writes_per_s: 100, provisions_per_s: 0 },
      servers: [
        { id: "a", url: "ws://10.0.0.5:8001", kind: "child", phase: "ready" },
        { id: "b", url: "ws://b:8002", kind: "remote", phase: "ready" },
      ],
      busiest_rooms: [
        { room: "r", members: 4, servers: ["a", "b"] },
        { room: "s", members: 2, servers: ["a"] },
      ],
    });
    expect(stats).not.toHaveProperty("series");
    expect(await read("/servers")).toEqual(stats.servers);
    expect(await read("/servers/b")).toEqual(stats.servers[1]);
  });

  test("/stats?series=1 adds the last ten minutes", async () => {
    fleet.series.add(1000, () => fleet.status().servers);
    const { series } = await read<{ series: FleetSeries }>("/stats?series=1");
    expect(series.at).toEqual([1000]);
    expect(series.servers.a!.writes_per_s).toEqual([60]);
  });

  test("/prometheus/targets is in the form of http_sd_config", async () => {
    const answer = ask("/prometheus/targets");
    expect(answer.headers.get("content-type")).toStartWith("application/json");
    expect(await answer.json()).toEqual([
      { targets: ["127.0.0.1:9001"], labels: { server_id: "a", kind: "child" } },
      { targets: ["b:9002"], labels: { server_id: "b", kind: "remote" } },
    ]);
  });

  test("/events is an event stream", async () => {
    const answer = ask("/events");
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    await answer.body!.cancel();
  });

  test("/healthz is well, /readyz once a server takes clients, else 503", async () => {
    expect(await read("/healthz")).toEqual({ status: "ok" });
    expect(await read("/readyz")).toEqual({ ready: true });
    for (const { server } of [a, b]) server.drain();
    const answer = ask("/readyz");
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ ready: false, reason: "no server takes clients" });
    expect(ask("/healthz").status).toBe(200);
  });

  test("/ is the dashboard, which may only load what is ours", () => {
    const page = ask("/");
    expect(page.headers.get("content-type")).toStartWith("text/html");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  });
});

test("nothing else is there: 404", async () => {
  for (const path of ["/nothing", "/servers/", "/servers/c", "/servers/%E0%A4%A", "/servers/a/b", "/ws/r"]) {
    const answer = ask(path);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ error: expect.stringContaining("there is no") });
  }
});

test("other methods: 405, with those that are allowed", () => {
  const calls: Array<[method: string, path: string, allowed: string]> = [
    ["POST", "/stats", "GET, HEAD"],
    ["PUT", "/servers", "GET, HEAD, POST"],
    ["DELETE", "/servers", "GET, HEAD, POST"],
    ["POST", "/servers/a", "GET, HEAD, DELETE"],
    ["OPTIONS", "/servers/a", "GET, HEAD, DELETE"],
  ];
  for (const [method, path, allowed] of calls) {
    const { status, headers } = ask(path, { method, ...operator });
    expect([status, headers.get("allow")]).toEqual([405, allowed]);
  }
  expect(ask("/stats", { method: "HEAD" }).status).toBe(200);
});

test("a Host header that is none: 400", () => {
  const request = new Request("http://h/stats");
  Object.defineProperty(request, "url", { value: "http://a b/stats" });
  expect(adminRoute(request, doorOf(null)).status).toBe(400);
});

describe("orders", () => {
  const orders: Array<[method: string, path: string]> = [
    ["POST", "/servers"],
    ["DELETE", "/servers/a"],
    ["DELETE", "/servers/nobody"],
  ];

  test("are off without a token file: 403, which says how to allow them", async () => {
    for (const [method, path] of orders) {
      const answer = ask(path, { method, token: null, ...operator });
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain("--admin-token-file");
    }
  });

  test("need the token: 401, also where there is nothing to order", () => {
    for (const [method, path] of orders) {
      for (const authorization of ["", "Bearer wrong", TOKEN, `Basic ${TOKEN}`]) {
        const answer = ask(path, { method, authorization });
        expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
      }
      expect(ask(path, { method }).status).toBe(401);
    }
    expect([a.orders, fleet.events.recent]).toEqual([[], []]);
  });

  test("POST /servers starts one: 202; over --max it is a 409", async () => {
    expect(ask("/servers", { method: "POST", ...operator }).status).toBe(202);
    expect(fleet.events.recent).toMatchObject([{ type: "spawn", server: expect.any(String) }]);
    const refused = ask("/servers", { method: "POST", ...operator });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain("--max");
  });

  test("DELETE drains one: 202; again it is a 409, and of none a 404", async () => {
    const drain = (path: string) => ask(path, { method: "DELETE", ...operator });
    const answer = drain("/servers/a");
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ id: "a" });
    expect(a.orders).toEqual([
      {
        type: "drain",
        reason: expect.any(String),
        moves: ["r", "s"].map((room) => ({ room, clients: expect.any(Number), url: "ws://b:8002" })),
        other: "ws://b:8002",
      },
    ]);
    expect(fleet.events.recent).toMatchObject([{ type: "drain", server: "a", figures: { clients: 5 } }]);
    expect(await read("/servers/a")).toMatchObject({ phase: "draining" });
    expect(fleet.provisioner.choose("r")!.id).toBe("b");
    expect(
      [drain("/servers/a"), drain("/servers/c"), drain("/servers/%E0%A4%A")].map(({ status }) => status),
    ).toEqual([409, 404, 404]);
    expect(a.orders).toHaveLength(1);
  });
});
