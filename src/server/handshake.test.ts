import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { OperationError } from "../lib/errors.ts";
import { join, serve, type TestServer, until } from "./test-client.ts";
import { RawClient } from "./test-raw-client.ts";

let server: TestServer;
beforeAll(() => {
  server = serve();
});
afterAll(() => server.stop());

const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init);
const admin = (path: string, init?: RequestInit) =>
  fetch(`http://127.0.0.1:${server.adminPort}${path}`, init);

/** Asks for a WebSocket and gives the status line's number and the JSON error. */
async function refused(path: string, subprotocol: string | null = null): Promise<[number, string]> {
  const client = await RawClient.connect(server.port);
  client.handshake(path, subprotocol);
  await until(() => client.text.includes("}"), "the answer");
  client.terminate();
  const [head, body] = client.text.split("\r\n\r\n");
  return [Number(head!.split(" ")[1]), JSON.parse(body!).error];
}

describe("a handshake", () => {
  const cases: Array<
    [what: string, path: string, subprotocol: string | null, status: number, problem: RegExp]
  > = [
    ["an unknown path", "/nowhere", null, 404, /\/ws\/\{room\}/],
    ["a room with a path", "/ws/a/b", null, 404, /\/ws\/\{room\}/],
    ["a room without a name", "/ws/", null, 400, /1 to 128 characters/],
    ["a room that is too long", `/ws/${"x".repeat(129)}`, null, 400, /1 to 128 characters/],
    ["a room with a control character", "/ws/a%0ab", null, 400, /control characters/],
    ["a room that is not UTF-8", "/ws/%ff", null, 400, /percent-encoded UTF-8/],
    ["a room with half an escape", "/ws/%a", null, 400, /percent-encoded UTF-8/],
    ["an unknown subprotocol", "/ws/r", "chat.v9", 400, /scale-chat\.v1/],
    ["an empty name", "/ws/r?name=", "scale-chat.v1", 400, /a name has 1 to 64/],
    ["a short session", "/ws/r?session=short", "scale-chat.v1", 400, /session has 16 to 64/],
    ["a bad position", "/ws/r?since=7", "scale-chat.v1", 400, /\{epoch\}:\{offset\}/],
    ["too much history", "/ws/r?history=1001", "scale-chat.v1", 400, /0 to 1000/],
    ["an unknown presence", "/ws/r?presence=all", "scale-chat.v1", 400, /counts, names, none/],
    ["no path, as plain", "/", "plain", 404, /\/ws\/\{room\}/],
    ["a room in the path, as register", "/ws/r", "register", 404, /spoken at \//],
    ["no path, with our subprotocol", "/", "scale-chat.v1", 404, /\/ws\/\{room\}/],
  ];
  test.each(cases)("with %s is refused", async (_, path, subprotocol, status, problem) => {
    expect(await refused(path, subprotocol)).toEqual([status, expect.stringMatching(problem)]);
  });

  test("agrees on our subprotocol wherever it stands in the list, and on none when none is offered", async () => {
    const listed = await RawClient.open(server.port, "/ws/r", "other, scale-chat.v1");
    expect(listed.text.toLowerCase()).toContain("sec-websocket-protocol: scale-chat.v1\r\n");
    const bare = await RawClient.open(server.port, "/ws/r", null);
    expect(bare.text.toLowerCase()).not.toContain("sec-websocket-protocol");
    listed.terminate();
    bare.terminate();
  });

  test("of another version is refused", async () => {
    const client = await RawClient.connect(server.port);
    client.write("GET /ws/r HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    await until(() => client.text.includes("}"), "the answer");
    expect(client.text).toStartWith("HTTP/1.1 400 ");
    client.terminate();
  });

  test("may ask for what this server does not know", async () => {
    const client = await join(server, "r", { shiny: "yes" });
    expect(client.welcome.room).toBe("r");
    await client.close();
  });
});

describe("over HTTP", () => {
  test("a room asks for a WebSocket", async () => {
    for (const path of ["/ws", "/ws/r"]) {
      const response = await get(path);
      expect(response.status).toBe(426);
      expect(response.headers.get("upgrade")).toBe("websocket");
      expect(((await response.json()) as { error: string }).error).toContain("WebSocket");
    }
  });

  test("unknown paths, bad rooms and other methods say so", async () => {
    expect((await get("/nowhere")).status).toBe(404);
    expect((await get("/ws/%00")).status).toBe(400);
    const posted = await get("/ws/r", { method: "POST", body: "x" });
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("both ports are alive, and only the admin port tells more", async () => {
    expect(await (await get("/healthz")).json()).toEqual({ status: "ok" });
    expect(await (await admin("/healthz")).json()).toEqual({ status: "ok" });
    expect(await (await admin("/readyz")).json()).toEqual({ ready: true });
    for (const path of ["/readyz", "/stats"]) expect((await get(path)).status).toBe(404);
    expect((await admin("/nowhere")).status).toBe(404);
    expect((await admin("/stats", { method: "DELETE" })).status).toBe(405);
  });

  test("/stats counts", async () => {
    const own = serve();
    const client = await join(own, "r", { presence: "none" });
    const other = await join(own, "r", { presence: "none" });
    client.say(1);
    await other.first("message");
    const response = await fetch(`http://127.0.0.1:${own.adminPort}/stats`);
    expect(await response.json()).toMatchObject({
      connections: 2,
      rooms: 1,
      accepted: { native: 2, plain: 0, register: 0 },
      refused: 0,
      messages_in: 1,
      duplicates: 0,
      deliveries: 2,
      socket_writes: 2,
      errors: {},
      closed: {},
    });
    await own.stop();
  });
});

describe("ports", () => {
  test("that are taken are an error that names the option, and nothing is left behind", async () => {
    const message = (start: () => unknown) => {
      try {
        start();
      } catch (error) {
        expect(error).toBeInstanceOf(OperationError);
        return (error as Error).message;
      }
    };
    const taken = `Cannot listen on 127.0.0.1:${server.port}: the port is in use; choose another with`;
    expect(message(() => serve({ port: server.port }))).toBe(`${taken} --port, or 0 for a free one`);
    const free = serve();
    await free.stop();
    const both = { port: free.port, adminPort: server.port };
    expect(message(() => serve(both))).toBe(`${taken} --admin-port, or 0 for a free one`);
    // The chat port, which had been taken, is free again.
    await serve({ port: free.port }).stop();
  });

  test("on an address that is not ours are an error", () => {
    expect(() => serve({ host: "192.0.2.1" })).toThrow("Cannot listen on 192.0.2.1:0: ");
  });
});
