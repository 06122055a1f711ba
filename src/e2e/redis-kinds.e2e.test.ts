import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "bun";
import { startCluster } from "../broker/redis/test-cluster.ts";
import { hasRedis } from "../broker/redis/test-redis.ts";
import { freePort, launchRedis } from "../broker/redis/test-redis-process.ts";
import { BalancerView } from "./balancer-view.ts";
import { type RunningServer, run, startBalancer, startServer, until } from "./harness.ts";

const PASSWORD = "a-secret-word";

/** One native client in a room: what it sends, everyone of the room sees. */
async function enter(server: RunningServer, room: string) {
  const texts: string[] = [];
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws/${room}`, "scale-chat.v1");
  let isIn = false;
  socket.onmessage = ({ data }) => {
    for (const frame of [JSON.parse(data)].flat()) {
      if (frame.type === "welcome") isIn = true;
      if (frame.type === "message") texts.push(frame.text);
    }
  };
  await until(() => isIn, "the welcome");
  return {
    texts,
    say: (text: string) => socket.send(JSON.stringify({ type: "message", message_id: text, text })),
    leave: () => socket.close(),
  };
}

async function expectOneChat(servers: readonly RunningServer[], rooms: number): Promise<void> {
  for (let i = 0; i < rooms; i++) {
    const [ann, bob] = [await enter(servers[0]!, `room-${i}`), await enter(servers[1]!, `room-${i}`)];
    ann.say("from ann");
    await until(() => bob.texts.length === 1, "ann's message at bob's server");
    bob.say("from bob");
    await until(() => ann.texts.length === 2, "bob's message at ann's server");
    expect(ann.texts).toEqual(["from ann", "from bob"]);
    ann.leave();
    bob.leave();
  }
}

describe.skipIf(!hasRedis)("servers over a Redis (needs redis-server)", () => {
  test("with a password and TLS are one chat, and keep the password to themselves", async () => {
    const folder = mkdtempSync(join(tmpdir(), "scale-chat-tls-"));
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    await $`openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ${key} -out ${cert} -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1`.quiet();
    const tlsPort = freePort();
    const redis = await launchRedis(freePort(), [
      ...[
        "--tls-port",
        `${tlsPort}`,
        "--tls-cert-file",
        cert,
        "--tls-key-file",
        key,
        "--tls-ca-cert-file",
        cert,
      ],
      ...["--tls-auth-clients", "no"],
    ]);
    await $`redis-cli -p ${redis.port} config set requirepass ${PASSWORD}`.quiet();
    const env = {
      SCALE_CHAT_REDIS: `rediss://:${PASSWORD}@localhost:${tlsPort}/1`,
      NODE_EXTRA_CA_CERTS: cert,
    };
    const servers = await Promise.all([0, 1].map(() => startServer(["--log-level", "debug"], { env })));
    await expectOneChat(servers, 1);
    const seen = await Promise.all(servers.map(({ pid }) => $`ps -ww -o args= -p ${pid}`.text()));
    await Promise.all(servers.map((server) => server.stop()));
    for (const server of servers) seen.push(server.stdout, server.stderr);

    const stranger = { ...env, NODE_EXTRA_CA_CERTS: "" };
    const refused = await run(["serve", "--port", "0", "--admin-port", "0"], { env: stranger });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`Cannot use Redis at localhost:${tlsPort}`);
    seen.push(refused.stderr);

    const wrong = { ...env, SCALE_CHAT_REDIS: `rediss://:${PASSWORD}-not@localhost:${tlsPort}` };
    const denied = await run(["serve", "--port", "0", "--admin-port", "0"], { env: wrong });
    expect(denied.exitCode).toBe(1);
    seen.push(denied.stderr);
    for (const text of seen) expect(text).not.toContain(PASSWORD);
    await redis.remove();
    rmSync(folder, { recursive: true });
  }, 60_000);

  test("find its password in a file, also as those of a balancer", async () => {
    const folder = mkdtempSync(join(tmpdir(), "scale-chat-password-"));
    const file = join(folder, "password");
    await Bun.write(file, `${PASSWORD}\n`);
    const redis = await launchRedis(freePort(), []);
    await $`redis-cli -p ${redis.port} config set requirepass ${PASSWORD}`.quiet();
    const where = ["--redis", `redis://127.0.0.1:${redis.port}`];
    const fleet = new BalancerView(
      await startBalancer([...where, "--redis-password-file", file, "--max", "1"]),
    );
    const [server] = await fleet.ready(1);
    expect(server).toMatchObject({ kind: "child" });
    await fleet.balancer.stop();

    const without = await run(["serve", ...where, "--port", "0", "--admin-port", "0"]);
    expect(without).toMatchObject({ exitCode: 1 });
    await Bun.write(file, "\n");
    const empty = await run(["serve", ...where, "--redis-password-file", file]);
    expect(empty).toMatchObject({ exitCode: 1 });
    expect(empty.stderr).toContain(`The password of Redis in ${file} is empty`);
    const alone = await run(["serve", "--redis-password-file", file]);
    expect(alone).toMatchObject({ exitCode: 2 });
    expect(alone.stderr).toContain("--redis-password-file is for --redis or --redis-cluster");
    await redis.remove();
    rmSync(folder, { recursive: true });
  }, 60_000);

  test("Cluster are one chat", async () => {
    const cluster = await startCluster();
    const servers = await Promise.all([0, 1].map(() => startServer(["--redis-cluster", cluster.nodes])));
    await expectOneChat(servers, 10);
    await Promise.all(servers.map((server) => server.stop()));
    await cluster.stop();
  }, 60_000);

  test.each([
    ["--redis", "127.0.0.1", "redis+sentinel://"],
    ["--redis-cluster", `redis://:${PASSWORD}@`, "host1:6379,host2:6379"],
  ])("%s explains itself, without repeating what may hold a password", async (option, value, hint) => {
    const { exitCode, stderr } = await run(["serve", option, value]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${option}: not the address of a Redis`);
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain(PASSWORD);
  });
});
