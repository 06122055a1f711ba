import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBunSocket } from "../client/bun-socket.ts";
import { bearerSubprotocol } from "../protocol/bearer.ts";
import { DEADLINE_MS, type RunningServer, run, startBalancer, startServer, until } from "./harness.ts";
import { ENTER, openTerminal } from "./terminal.ts";

const TEST_MS = 3 * DEADLINE_MS;
const SECRET = "a secret of more than thirty-two bytes";
let folder: string;
let key: string;
const opened: Array<{ kill(): Promise<void> }> = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-auth-"));
  key = file("key", `${SECRET}\n`);
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((program) => program.kill()));
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, 0o600);
  return path;
}

/** A server that asks for tokens, and writes down all that it ever would. */
async function serve(...args: string[]): Promise<RunningServer> {
  const server = await startServer(["--auth-key-file", key, "--log-level", "debug", ...args]);
  opened.push(server);
  return server;
}

async function tokenFor(name: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(["token", "--auth-key-file", key, "--name", name, ...args]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return stdout.trim();
}

const addressOf = ({ port }: RunningServer) => `ws://127.0.0.1:${port}`;

/** What curl would see of a handshake. */
function handshake({ port }: RunningServer, path: string, token: string | null): Promise<Response> {
  const headers = {
    ...{ connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" },
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  return fetch(`http://127.0.0.1:${port}${path}`, { headers });
}

describe("scale-chat token", () => {
  test("prints a token, or what it says as an object", async () => {
    const token = await tokenFor("ann", "--rooms", "team-*", "--rooms", "lobby", "--ttl", "1h");
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const claims = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
    expect(claims).toMatchObject({ sub: "ann", rooms: ["team-*", "lobby"] });
    expect(claims.exp - claims.iat).toBe(3600);
    const object = JSON.parse(await tokenFor("bob", "--json"));
    expect(object).toMatchObject({ token: expect.stringMatching(/^ey/), name: "bob", rooms: ["*"] });
    expect(new Date(object.expires_at).getTime() % 1000).toBe(0);
  });

  test("says what is missing", async () => {
    const said = async (...args: string[]) => {
      const { exitCode, stdout, stderr } = await run(["token", ...args]);
      expect(stdout).toBe("");
      return [exitCode, stderr];
    };
    expect(await said("--name", "ann")).toEqual([2, expect.stringContaining("--auth-key-file is missing")]);
    expect(await said("--auth-key-file", key)).toEqual([2, expect.stringContaining("--name is missing")]);
    const withKey = ["--auth-key-file", key, "--name"];
    expect(await said(...withKey, "")).toEqual([2, expect.stringContaining("a name has 1 to 64")]);
    expect(await said(...withKey, "ann", "--ttl", "0s")).toEqual([2, expect.stringContaining("--ttl")]);
    const jwk = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
    const publicKey = file("public.jwk", JSON.stringify(jwk));
    expect(await said("--auth-key-file", publicKey, "--name", "ann")).toEqual([
      2,
      expect.stringContaining("public keys only verify"),
    ]);
    const rooms = Array.from({ length: 400 }, (_, i) => `--rooms=room-of-many-${i}`);
    expect(await said(...withKey, "ann", ...rooms)).toEqual([2, expect.stringContaining("at most 6144")]);
    const weak = file("weak", "sesame");
    expect(await said("--auth-key-file", weak, "--name", "ann")).toEqual([
      1,
      expect.stringContaining("a secret of 6 bytes, at least 32 are needed"),
    ]);
  });
});

describe("a server with a key", () => {
  test(
    "says over HTTP what is wrong, and never writes a token down",
    async () => {
      const server = await serve();
      const token = await tokenFor("ann", "--rooms", "team-*");
      const answers: Array<[path: string, token: string | null, status: number]> = [
        ["/ws/r", null, 401],
        ["/ws/r", `${token}x`, 401],
        ["/ws/r", "nonsense", 401],
        ["/ws/r", token, 403],
        ["/", null, 401],
        [`/ws/team-red?token=${token}`, null, 401],
      ];
      for (const [path, bearer, status] of answers) {
        const response = await handshake(server, path, bearer);
        expect([path, response.status]).toEqual([path, status]);
        expect(response.headers.get("www-authenticate")).toStartWith('Bearer realm="scale-chat"');
        expect(((await response.json()) as { error: string }).error).toContain("token");
      }
      // As long as a token may be, and longer than any header.
      for (const length of [6144, 60_000]) {
        const response = await handshake(server, "/ws/r", `${token}.${"x".repeat(length)}`).catch(() => null);
        if (length === 6144) expect(response?.status).toBe(401);
      }
      const said = await run(["chat", "r", "--url", addressOf(server)], {
        stdin: "hello\n",
        env: { SCALE_CHAT_TOKEN: token },
      });
      expect([said.exitCode, said.stderr]).toEqual([
        1,
        expect.stringContaining("HTTP 403: the token does not open this room"),
      ]);
      await server.stop();
      for (const part of token.split("."))
        expect(server.stdout + server.stderr + said.stderr).not.toContain(part);
    },
    TEST_MS,
  );

  test(
    "knows its people by their tokens: in a pipe",
    async () => {
      const server = await serve();
      const tokenFile = file("token", `${await tokenFor("ann", "--rooms", "team-*")}\n`);
      const chat = (...args: string[]) =>
        run(["chat", "team-red", "--url", addressOf(server), "--json", ...args], { stdin: "hello\n" });
      const said = await chat("--token-file", tokenFile, "--name", "bob");
      expect([said.exitCode, said.stderr]).toEqual([0, ""]);
      expect(JSON.parse(said.stdout)).toMatchObject({ sender: "ann", text: "hello" });
      const refused = await chat();
      expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining("--token-file FILE")]);
      for (const content of ["", "sesame"]) {
        const bad = await chat("--token-file", file("bad", content));
        expect([bad.exitCode, bad.stderr]).toEqual([1, expect.stringContaining("holds no token")]);
        expect(bad.stderr).not.toContain("sesame");
      }
      const missing = await chat("--token-file", join(folder, "missing"));
      expect(missing.stderr).toContain("there is no such file");
    },
    TEST_MS,
  );

  test(
    "knows its people by their tokens: in a terminal, which asks for no name, until they are over",
    async () => {
      const server = await serve();
      const env = { SCALE_CHAT_TOKEN: await tokenFor("ann", "--ttl", "10s") };
      const terminal = openTerminal(["chat", "lobby", "--url", addressOf(server)], { env });
      opened.push(terminal);
      await terminal.sees("in lobby as ann");
      terminal.type(`hello${ENTER}`);
      await terminal.sees("✓ ann: hello");
      terminal.type(`/nick bob${ENTER}`);
      await terminal.sees("you are still ann: the name comes from your token");
      await terminal.sees("the server ended the connection: the token has expired");
      expect(await terminal.exited).toBe(1);
    },
    TEST_MS,
  );

  test(
    "takes another key without a restart, and stays with the one it has while the file is of no use",
    async () => {
      const server = await serve();
      const old = await tokenFor("ann");
      const status = async (token: string) => (await handshake(server, "/ws/r", token)).status;
      expect(await status(old)).toBe(101);
      file("key", "sesame");
      await until(
        () => server.stdout.includes("auth_keys_kept") || status(old).then(() => false),
        "the complaint",
      );
      expect(await status(old)).toBe(101);
      file("key", `${SECRET} of now`);
      const young = await tokenFor("ann");
      await until(async () => (await status(young)) === 101, "the new key");
      expect(await status(old)).toBe(401);
    },
    TEST_MS,
  );

  test("does not start with one that cannot be used", async () => {
    for (const command of ["serve", "balance"]) {
      const ports = ["--port", "0", "--admin-port", "0"];
      const weak = await run([command, ...ports, "--auth-key-file", file("weak", "sesame")]);
      expect([weak.exitCode, weak.stderr]).toEqual([1, expect.stringContaining("a secret of 6 bytes")]);
      const unnamed = await run([command, ...ports, "--auth-key-file", ""]);
      expect([unnamed.exitCode, unnamed.stderr]).toEqual([2, expect.stringContaining("--auth-key-file")]);
    }
  });
});

test(
  "a fleet asks for tokens at its servers, and anyone for a server",
  async () => {
    const balancer = await startBalancer(["--auth-key-file", key, "--min", "1", "--log-level", "debug"]);
    opened.push(balancer);
    const url = `http://127.0.0.1:${balancer.port}`;
    await until(async () => (await fetch(`${url}/servers/provision?room=r`)).ok, "a server");
    const token = await tokenFor("ann");
    const chat = (env: Record<string, string>) =>
      run(["chat", "r", "--url", url, "--json"], { stdin: "hello\n", env });
    expect(JSON.parse((await chat({ SCALE_CHAT_TOKEN: token })).stdout)).toMatchObject({ sender: "ann" });
    expect((await chat({})).stderr).toContain("HTTP 401: a token is needed");
    await balancer.stop();
    for (const part of token.split(".")) expect(balancer.stdout + balancer.stderr).not.toContain(part);
  },
  TEST_MS,
);

test(
  "a load test signs a token for each of its clients",
  async () => {
    const server = await serve();
    const load = (...args: string[]) =>
      run([
        ...[
          "loadtest",
          "--url",
          addressOf(server),
          "--room-size",
          "4",
          "--interval",
          "100ms",
          "--ramp",
          "0s",
        ],
        ...["--duration", "1s", "--out", join(folder, "run.csv"), "--json", "--quiet", ...args],
      ]);
    const { exitCode, stdout, stderr } = await load("--auth-key-file", key);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout).runs[0]).toMatchObject({ sent: 40, received: 160 });
    const several = await load("--auth-key-file", key, "--processes", "2");
    expect([several.exitCode, several.stderr]).toEqual([0, ""]);
    expect(JSON.parse(several.stdout).runs[0]).toMatchObject({ sent: 40, received: 160 });
    const refused = await load();
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("--auth-key-file signs one for each client");
  },
  TEST_MS,
);

test(
  "a browser's plain client is told the dialect, never its token",
  async () => {
    const server = await serve();
    const token = await tokenFor("ann");
    const open = (subprotocols: string[]) =>
      new Promise<string>((resolve) => {
        const socket = openBunSocket(`${addressOf(server)}/ws/r`, subprotocols) as WebSocket;
        socket.onopen = () => {
          resolve(socket.protocol);
          socket.close();
        };
        socket.onclose = () => resolve("refused");
      });
    expect(await open(["plain", bearerSubprotocol(token)])).toBe("plain");
    expect(await open([bearerSubprotocol(token)])).toBe("refused");
  },
  TEST_MS,
);
