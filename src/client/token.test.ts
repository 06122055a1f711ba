import { afterEach, expect, spyOn, test } from "bun:test";
import { FakeAuthenticator } from "../server/fake-authenticator.ts";
import { serve, until } from "../server/test-client.ts";
import { openBunSocket } from "./bun-socket.ts";
import { provisionFor } from "./provision.ts";
import type { OpenSocket } from "./socket.ts";
import { Chatter } from "./test-chatter.ts";

const cleanUps: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const authenticator = new FakeAuthenticator();

function server(port = 0) {
  const started = serve({ port, drainTimeout: 500 }, { authenticator });
  cleanUps.push(() => started.stop());
  return started;
}

function chatter(url: string, token: () => string | null, name: string | null = null): Chatter {
  const started = new Chatter(url, { token, name });
  cleanUps.push(() => started.connection.close());
  return started;
}

const ended = (chatter: Chatter) => until(() => chatter.ended, "the end");

test("a token says who its client is, also at the server where it is sent", async () => {
  const [first, second] = [server(), server()];
  const token = authenticator.token("ann");
  const ann = await chatter(first.url, () => token, "bob").joined();
  expect(ann.online[0]!.welcome.name).toBe("ann");
  ann.sendTo(second.url);
  await until(() => ann.moved[0], "the move");
  expect(ann.moved[0]!.name).toBe("ann");
});

test("it stays on encrypted ways: a client with one is not sent off them", async () => {
  const [first, second] = [server(), server()];
  const opened: string[] = [];
  // Encrypted as far as the client knows.
  const openSocket: OpenSocket = (url, subprotocols) => {
    opened.push(url);
    return openBunSocket(url.replace("wss:", "ws:"), subprotocols);
  };
  const encrypted = ({ url }: typeof first) => url.replace("ws:", "wss:");
  const token = authenticator.token("ann");
  const ann = new Chatter(encrypted(first), { token: () => token, openSocket });
  cleanUps.push(() => ann.connection.close());
  await ann.joined();
  ann.sendTo(second.url);
  await until(() => ann.stays.length === 1, "the refusal");
  expect(ann.stays[0]).toContain(`127.0.0.1:${second.port} is not encrypted (ws://)`);
  ann.sendTo(encrypted(second));
  await until(() => ann.moved[0], "the move");
  ann.sendTo(first.url);
  await until(() => ann.stays.length === 2, "the other refusal");
  expect(opened.map((url) => new URL(url).origin)).toEqual([first, second].map(encrypted));

  const bob = new Chatter(encrypted(first), { name: "bob", openSocket });
  cleanUps.push(() => bob.connection.close());
  bob.sendTo(second.url);
  await until(() => opened.at(-1)!.startsWith(second.url), "who has no token to go there");
});

test("a balancer that was asked over an encrypted way names an unencrypted server in vain", async () => {
  const answer = { id: "s", url: "ws://10.0.0.7:8080" };
  const fetched = spyOn(globalThis, "fetch").mockImplementation((async () =>
    Response.json(answer)) as unknown as typeof fetch);
  const ask = (url: string, token: string | null) => provisionFor({ url, room: "r", token });
  try {
    expect(await ask("https://chat.example", null)).toBe(answer.url);
    expect(await ask("http://chat.example", "t")).toBe(answer.url);
    expect(ask("https://chat.example", "t")).rejects.toThrow(
      "chat.example names a server, but 10.0.0.7:8080 is not encrypted (ws://)",
    );
    answer.url = "wss://10.0.0.7:8080";
    expect(await ask("https://chat.example", "t")).toBe(answer.url);
  } finally {
    fetched.mockRestore();
  }
});

test("without one a client is told so, and does not try for ever", async () => {
  const { url, stats } = server();
  const nobody = chatter(url, () => null);
  expect(await ended(nobody)).toEqual({
    code: 4401,
    reason: expect.stringContaining("a token is needed"),
  });
  expect(await ended(chatter(url, () => "not.known.here"))).toEqual({
    code: 4401,
    reason: "the token is not known here",
  });
  const other = authenticator.token("ann", ["team-*"]);
  expect(await ended(chatter(url, () => other))).toEqual({
    code: 4403,
    reason: "the token does not open this room",
  });
  const { refused } = stats();
  expect(nobody.connection.isOnline).toBe(false);
  expect(refused).toBeGreaterThanOrEqual(3);
});

test("when it is over the client is gone, and with a new one it is back and has missed nothing", async () => {
  const { url } = server();
  let token = authenticator.token("ann", ["*"], 10_000);
  const ann = await chatter(url, () => token).joined();
  const forever = authenticator.token("bob");
  const bob = await chatter(url, () => forever).joined();
  const old = token;
  token = authenticator.token("ann");
  const dan = await chatter(url, () => old).joined();
  authenticator.clock.advance(10_000);
  expect(await ended(dan)).toEqual({ code: 4401, reason: "the token has expired" });
  await until(() => ann.online.length === 2, "the return");
  expect(ann.online[1]!.welcome.recovered).toBe(true);
  bob.connection.send("hello");
  await ann.hears("hello");
  expect(ann.gaps).toEqual([]);
});

test("when it ends while the client is away, the client does not try for ever", async () => {
  const first = server();
  const token = authenticator.token("ann", ["*"], 10_000);
  const ann = await chatter(first.url, () => token).joined();
  await first.stop();
  authenticator.clock.advance(10_000);
  server(first.port);
  expect(await until(() => ann.ended, "the end", 20_000)).toEqual({
    code: 4401,
    reason: "the token has expired",
  });
}, 30_000);
