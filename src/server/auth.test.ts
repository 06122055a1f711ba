import { afterEach, describe, expect, test } from "bun:test";
import { createLogger } from "../lib/log.ts";
import { bearerSubprotocol } from "../protocol/bearer.ts";
import { NATIVE_SUBPROTOCOL } from "../protocol/handshake.ts";
import { FakeAuthenticator } from "./fake-authenticator.ts";
import type { ServerOptions } from "./options.ts";
import { serve, TestClient, type TestServer, until } from "./test-client.ts";
import { RawClient } from "./test-raw-client.ts";

let server: TestServer;
const authenticator = new FakeAuthenticator();
const { clock } = authenticator;
const lines: string[] = [];
const log = createLogger({ format: "json", level: "debug", clock, write: (line) => lines.push(line) });
const clients: TestClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await server.stop();
  // Whatever happened: nobody reads a token in the log.
  expect(lines.join("\n")).not.toContain("secret.");
  lines.length = 0;
});

function start(options: Partial<ServerOptions> = {}): void {
  server = serve(options, { authenticator, log });
}

/** Connects as a browser can: with nothing but a list of subprotocols. */
function enter(path: string, subprotocol: string, token: string): TestClient {
  const client = new TestClient(server.url + path, [subprotocol, bearerSubprotocol(token)]);
  clients.push(client);
  return client;
}

/** The answer to a handshake: status, headers and error. */
async function answer(path: string, subprotocol: string | null, ...headers: string[]) {
  const client = await RawClient.connect(server.port);
  client.handshake(path, subprotocol, headers);
  await until(() => /\r\n\r\n(.*\}|)/.test(client.text), "the answer");
  const [head = "", body = ""] = client.text.split("\r\n\r\n");
  client.terminate();
  const status = Number(head.split(" ")[1]);
  const challenge = /^www-authenticate: (.*)$/im.exec(head)?.[1]?.trim() ?? null;
  return { status, head, challenge, error: status === 101 ? null : JSON.parse(body).error };
}

describe("without a token", () => {
  test("nobody comes in, by whichever dialect, and is told what to bring", async () => {
    start();
    for (const [path, subprotocol] of [
      ["/ws/r", NATIVE_SUBPROTOCOL],
      ["/ws/r?access_token=secret.ann.0&token=secret.ann.0", NATIVE_SUBPROTOCOL],
      ["/ws/r", null],
      ["/ws", null],
      ["/", null],
    ] as const) {
      const { status, challenge, error } = await answer(path, subprotocol);
      expect([status, challenge]).toEqual([401, 'Bearer realm="scale-chat"']);
      expect(error).toContain("Authorization: Bearer TOKEN, or the subprotocol bearer.TOKEN");
    }
    expect(server.stats().refused).toBe(5);
  });

  test("or with one that is not known", async () => {
    start();
    const refused = await answer("/ws/r", null, "Authorization: Bearer secret.nobody.0");
    expect(refused).toMatchObject({ status: 401, error: "the token is not known here" });
    expect(refused.challenge).toBe('Bearer realm="scale-chat", error="invalid_token"');
  });

  test("one still gets the page, and 401 from its rooms", async () => {
    start();
    const url = `http://127.0.0.1:${server.port}`;
    for (const path of ["/", "/app.js", "/healthz"]) expect((await fetch(url + path)).status).toBe(200);
    const room = await fetch(`${url}/ws/r`);
    expect([room.status, room.headers.get("access-control-allow-origin")]).toEqual([401, "*"]);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    expect((await fetch(`${url}/ws/%00`)).status).toBe(400);

    const token = authenticator.token("ann", ["team-*"]);
    const ask = (path: string) => fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask("/ws/r")).status).toBe(403);
    expect((await ask("/ws/team-red")).status).toBe(426);
    const preflight = await fetch(`${url}/ws/r`, { method: "OPTIONS" });
    expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([
      204,
      "authorization",
    ]);
  });
});

describe("with a token", () => {
  test("one is let in by the header or the list, and the token is not said back", async () => {
    start();
    const token = authenticator.token("ann", ["*"]);
    const inHeader = `Authorization: Bearer ${token}`;
    const inList = bearerSubprotocol(token);
    const agreed = async (path: string, subprotocol: string | null, ...headers: string[]) => {
      const { status, head } = await answer(path, subprotocol, ...headers);
      expect(head).not.toContain("secret.");
      return [status, /^sec-websocket-protocol: (.*)$/im.exec(head)?.[1] ?? null];
    };
    expect(await agreed("/ws/r", NATIVE_SUBPROTOCOL, inHeader)).toEqual([101, NATIVE_SUBPROTOCOL]);
    expect(await agreed("/ws/r", `${inList}, ${NATIVE_SUBPROTOCOL}`)).toEqual([101, NATIVE_SUBPROTOCOL]);
    expect(await agreed("/ws/r", null, inHeader)).toEqual([101, null]);
    expect(await agreed("/ws/r", `plain, ${inList}`)).toEqual([101, "plain"]);
    expect(await agreed("/", `${inList},register`)).toEqual([101, "register"]);
    // A browser fails the connection where nothing is agreed on, and a token cannot be that.
    const alone = await answer("/ws/r", inList);
    expect([alone.status, alone.error]).toEqual([400, expect.stringContaining("plain, register")]);
    expect(alone.head).not.toContain("secret.");
  });

  test("one has its name in every dialect, whatever one says", async () => {
    start();
    const token = authenticator.token("ann", ["*"]);
    const native = enter("/ws/r?name=bob", NATIVE_SUBPROTOCOL, token);
    expect((await native.first("welcome")).name).toBe("ann");
    const plain = enter("/ws/r", "plain", token);
    const register = enter("/", "register", token);
    await until(() => plain.isOpen, "the plain client");
    plain.send({ text: "one", message_id: 1, sender: "bob" });
    await register.first("welcome");
    register.send({ type: "register", payload: { chatId: "r" } });
    register.send({ type: "chat", payload: { message: "two" } });
    native.send({ type: "message", message_id: 3, text: "three", sender: "bob" });
    await native.first("message", 3);
    expect(native.of("message").map(({ sender }) => sender)).toEqual(["ann", "ann", "ann"]);
    expect(native.texts.sort()).toEqual(["one", "three", "two"]);
    await plain.frame(({ text }) => text === "one", "its own message");
    expect(plain.frames[0]).toMatchObject({ sender: "ann" });
  });

  test("only its rooms are open", async () => {
    start();
    const token = authenticator.token("ann", ["team-*"]);
    const bearer = `Authorization: Bearer ${token}`;
    for (const path of ["/ws/r", "/ws", "/ws/team"]) {
      const { status, challenge, error } = await answer(path, null, bearer);
      expect([status, error]).toEqual([403, "the token does not open this room"]);
      expect(challenge).toBe('Bearer realm="scale-chat", error="insufficient_scope"');
    }
    expect((await answer("/ws/team-red", null, bearer)).status).toBe(101);
    const register = enter("/", "register", token);
    await register.first("welcome");
    register.send({ type: "register", payload: { chatId: "team-red" } });
    register.send({ type: "chat", payload: { message: "hi" } });
    await register.frame(({ message }) => message === "hi", "its own message");
    register.send({ type: "register", payload: { chatId: "r" } });
    expect(await register.ended()).toEqual({ code: 4403, reason: "the token does not open this room" });
  });

  test("one stays until it ends, and leaves with a code of its own", async () => {
    start();
    const short = enter("/ws/r", NATIVE_SUBPROTOCOL, authenticator.token("ann", ["*"], 10_000));
    const plain = enter("/ws/r", "plain", authenticator.token("cid", ["*"], 10_000));
    const gone = enter("/ws/r", NATIVE_SUBPROTOCOL, authenticator.token("dan", ["*"], 10_000));
    const long = enter("/ws/r", NATIVE_SUBPROTOCOL, authenticator.token("bob", ["*"]));
    await Promise.all([short, gone, long].map((client) => client.first("welcome")));
    await until(() => plain.isOpen, "the plain client");
    await gone.close();
    clock.advance(10_000);
    expect(await short.ended()).toEqual({ code: 4401, reason: "the token has expired" });
    expect((await plain.ended()).code).toBe(4401);
    long.say(1);
    await long.first("message");
    await until(() => server.stats().connections === 1, "the others to be gone");
    expect(server.stats().closed).toMatchObject({ 1000: 1, 4401: 2 });
  });
});

describe("where there is no place", () => {
  test("of a full server everyone is told so, and no token is looked at", async () => {
    start({ maxConnections: 1 });
    const bearer = `Authorization: Bearer ${authenticator.token("ann")}`;
    const first = enter("/ws/r", NATIVE_SUBPROTOCOL, authenticator.token("bob"));
    await first.first("welcome");
    const { verified } = authenticator;
    for (const header of [bearer, "Authorization: Bearer secret.nobody.0", "X: no token"]) {
      const refused = await answer("/ws/r", NATIVE_SUBPROTOCOL, header);
      expect(refused).toMatchObject({ status: 503, error: "this server is full: 1 connections" });
    }
    const asked = await fetch(`http://127.0.0.1:${server.port}/ws/r`, {
      headers: { authorization: bearer.slice("Authorization: ".length) },
    });
    expect([asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([503, "*"]);
    expect(authenticator.verified).toBe(verified);
    expect(server.stats().refused_by).toMatchObject({ max_connections: 3, token: 0 });
  });

  test("how full a room is, only who may come in is told", async () => {
    start({ maxRoomSize: 1 });
    const token = authenticator.token("ann", ["team-*"]);
    const first = enter("/ws/team-red", NATIVE_SUBPROTOCOL, token);
    await first.first("welcome");
    expect((await answer("/ws/team-red", NATIVE_SUBPROTOCOL)).status).toBe(401);
    const late = await answer("/ws/team-red", NATIVE_SUBPROTOCOL, `Authorization: Bearer ${token}`);
    expect(late).toMatchObject({ status: 503, error: "this room is full: 1 members" });
  });
});

test("without auth a token is neither asked for nor looked at", async () => {
  server = serve({}, { log });
  const client = enter("/ws/r?name=bob", NATIVE_SUBPROTOCOL, "secret.ann.0");
  expect((await client.first("welcome")).name).toBe("bob");
  expect((await fetch(`http://127.0.0.1:${server.port}/ws/r`)).status).toBe(426);
  expect((await fetch(`http://127.0.0.1:${server.port}/ws/r`, { method: "OPTIONS" })).status).toBe(405);
});
