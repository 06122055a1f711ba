import { afterEach, describe, expect, test } from "bun:test";
import { parseNetwork } from "../../lib/network.ts";
import { connect, join, joinRegister, serve, TestClient, type TestServer, until } from "../test-client.ts";
import type { AdmissionOptions } from "./limits.ts";

let server: TestServer;
afterEach(() => server.stop());

function limited(options: Partial<AdmissionOptions>): void {
  server = serve(options);
}

const outcome = async (client: TestClient) => {
  await until(() => client.isOpen || client.closed !== null, "an answer");
  return client.isOpen;
};

/** What comes back to a handshake, as a page or `curl` would send it. */
function handshake(headers: Record<string, string> = {}, path = "/ws/tea"): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}${path}`, {
    headers: {
      ...{ connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" },
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    },
  });
}

test("while the log is away nobody is let in: 503, when to come back, and why; then again", async () => {
  limited({});
  Object.assign(server.broker, { problem: "Redis cannot be reached" });
  // As a client asks, and as a page asks why it was refused.
  for (const answer of [await handshake(), await handshake({ connection: "close", upgrade: "" })]) {
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await answer.json()).toEqual({ error: "Redis cannot be reached" });
  }
  expect(server.stats().refused_by.unavailable).toBe(1);
  Object.assign(server.broker, { problem: null });
  await join(server, "tea");
});

describe("many who come at the same moment", () => {
  test.each<[keyof AdmissionOptions, rooms: (i: number) => string]>([
    ["maxConnections", (i) => `room ${i}`],
    ["maxConnectionsPerIp", (i) => `room ${i}`],
    ["maxRooms", (i) => `room ${i}`],
    ["maxRoomSize", () => "tea"],
  ])("%s lets in as many as it says", async (limit, room) => {
    limited({ [limit]: 3 });
    const clients = Array.from({ length: 30 }, (_, i) => connect(server, room(i)));
    const open = (await Promise.all(clients.map(outcome))).filter(Boolean);
    expect(open.length).toBe(3);
    expect(server.stats()).toMatchObject({ connections: 3, refused: 27 });
    for (const client of clients) client.socket.close();
    await until(() => server.stats().connections === 0, "everyone to be gone");
    await (await join(server, "tea")).close();
  });
});

test("a client of the register dialect, which names its room late, is closed where there is no place", async () => {
  limited({ maxRoomSize: 1, maxRooms: 2 });
  const first = await joinRegister(server, "tea");
  const second = await joinRegister(server, "chess");
  for (const room of ["tea", "go"]) {
    const late = new TestClient(`${server.url}/`);
    await late.first("welcome");
    late.send({ type: "register", payload: { chatId: room } });
    expect((await late.ended()).code).toBe(4503);
  }
  // Whoever moves gives its own place up first.
  second.send({ type: "register", payload: { chatId: "go" } });
  second.send({ type: "chat", payload: { message: "moved" } });
  await second.frame(({ message }) => message === "moved", "its own message");
  await first.close();
});

test("behind a proxy that is trusted, each of its clients is one", async () => {
  limited({ maxConnectionsPerIp: 1, trustedProxies: [parseNetwork("127.0.0.0/8")!] });
  const from = (address: string) => handshake({ "x-forwarded-for": address });
  const opened = [await from("192.0.2.1"), await from("192.0.2.2")];
  expect(opened.map(({ status }) => status)).toEqual([101, 101]);
  expect((await from("192.0.2.1")).status).toBe(503);
  expect((await from("192.0.2.1, 192.0.2.3")).status).toBe(101);
});

test("of a handshake that is refused for good nothing remains", async () => {
  limited({ maxConnections: 1, maxRooms: 1 });
  for (let i = 0; i < 5; i++) {
    expect((await handshake({}, "/ws/")).status).toBe(400);
    expect((await handshake({}, "/nowhere")).status).toBe(404);
    expect((await handshake({ origin: "http://evil.example.net" })).status).toBe(403);
  }
  expect(server.stats()).toMatchObject({ refused: 15, refused_by: { request: 10, origin: 5 } });
  await (await join(server, "tea")).close();
});
