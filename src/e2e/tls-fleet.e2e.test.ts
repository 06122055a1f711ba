import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import type { OpenSocket } from "../client/socket.ts";
import { BalancerView } from "./balancer-view.ts";
import { Certificates, hasOpenssl, shownAt } from "./certificates.ts";
import { DEADLINE_MS, findEvent, run, startBalancer, until } from "./harness.ts";
import { RoomClient } from "./room-client.ts";

const TEST_MS = 3 * DEADLINE_MS;
const inCi = process.env.CI === "true" || process.env.CI === "1";
if (!hasOpenssl) console.log("TLS of a fleet is not tested: there is no openssl");

/** Nobody has signed these certificates. */
const trustingAnyone: OpenSocket = (url, protocols) =>
  new WebSocket(url, { protocols, perMessageDeflate: false, tls: { rejectUnauthorized: false } });

// Without openssl this fails in CI and is skipped elsewhere.
describe.skipIf(!hasOpenssl && !inCi)("a fleet with a certificate", () => {
  let certificates: Certificates;
  let fleet: BalancerView;

  beforeEach(async () => {
    certificates = new Certificates("first", "second");
    const { cert, key } = certificates;
    const tls = ["--tls-cert", cert, "--tls-key", key];
    fleet = new BalancerView(await startBalancer(["--min", "2", "--max", "3", ...tls]));
  });

  afterEach(async () => {
    await fleet.balancer.kill();
    certificates.remove();
  });

  const provision = async (room: string) => {
    const url = `https://127.0.0.1:${fleet.balancer.port}/servers/provision?room=${room}`;
    return (await (await fetch(url, { tls: { rejectUnauthorized: false } })).json()) as { url: string };
  };
  const portOf = (url: string) => Number(new URL(url).port);
  const renewals = (event: string) => fleet.balancer.stdout.split(`"event":"${event}"`).length - 1;

  test(
    "names wss:// servers, sends clients from one to the other, and at SIGHUP all of it shows another one",
    async () => {
      const servers = await fleet.ready(2);
      for (const { url } of servers) expect(url).toMatch(/^wss:\/\/127\.0\.0\.1:\d+$/);
      const { url } = await provision("tea");
      expect(servers.map((server) => server.url)).toContain(url);
      await expect(fetch(`http://127.0.0.1:${fleet.balancer.port}/healthz`)).rejects.toThrow();
      const ports = [fleet.balancer.port, ...servers.map((server) => portOf(server.url))];
      for (const port of ports) expect(await shownAt(port)).toBe("first");

      certificates.use("second");
      fleet.balancer.signal("SIGHUP");
      await until(() => renewals("tls_renewed") === 3, "the renewals");
      for (const port of ports) expect(await shownAt(port)).toBe("second");
      writeFileSync(certificates.cert, "no certificate");
      fleet.balancer.signal("SIGHUP");
      await until(() => renewals("tls_kept") === 1, "the complaint");
      expect(renewals("tls_renewed")).toBe(3);
      for (const port of ports) expect(await shownAt(port)).toBe("second");
      certificates.use("second");

      const ann = new RoomClient(url, "ann", "tea", trustingAnyone);
      await until(() => ann.connection.isOnline, "the client");
      const { id } = servers.find((server) => server.url === url)!;
      process.kill(fleet.processes.get(id)!, "SIGTERM");
      await until(() => ann.servers.length === 2, "the client to be sent to the other one");
      expect([ann.servers[1] !== id, ann.losses]).toEqual([true, 0]);
      await ann.connection.close();
      expect(await fleet.balancer.stop()).toBe(0);
    },
    TEST_MS,
  );

  test(
    "is joined by whoever trusts it, and says so to whoever does not",
    async () => {
      await fleet.ready(2);
      const args = ["chat", "tea", "--url", `https://127.0.0.1:${fleet.balancer.port}`];
      const env = { NODE_EXTRA_CA_CERTS: certificates.cert };
      const said = await run(args, { env, stdin: "hello\n" });
      expect([said.exitCode, said.stdout]).toEqual([0, expect.stringContaining(": hello\n")]);
      const refused = await run(args, { stdin: "hello\n" });
      expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining("NODE_EXTRA_CA_CERTS")]);
    },
    TEST_MS,
  );
});

test(
  "balance --check refuses what balance would refuse, and starts nothing",
  async () => {
    const checked = await run(["balance", "--check", "--spawn-at", "5000"], { env: { SCALE_CHAT_MAX: "4" } });
    expect([checked.exitCode, checked.stderr]).toEqual([0, ""]);
    for (const line of [/^--spawn-at +5000 +\(option\)$/m, /^--max +4 +\(variable\)$/m]) {
      expect(checked.stdout).toMatch(line);
    }
    expect(findEvent(checked.stdout, "balancing")).toBeUndefined();
    const cases: Array<[options: string[], exitCode: number, refusal: string]> = [
      [["--tls-key", "key"], 2, "belong together"],
      [
        ["--tls-cert", "/nowhere/cert", "--tls-key", "/nowhere/key"],
        1,
        "--tls-cert /nowhere/cert: there is no such file",
      ],
      [["--min", "3", "--max", "2"], 2, "--min 3 is more than --max 2"],
      [["--admin-token-file", "/nowhere/token"], 1, "/nowhere/token"],
      [["--auth-key-file", "/nowhere/key"], 1, "/nowhere/key"],
      [["--data", "chat.db", "--redis", "redis://127.0.0.1:1"], 2, "choose one"],
    ];
    for (const [options, exitCode, refusal] of cases) {
      for (const check of [["--check"], []]) {
        const said = await run(["balance", ...check, ...options]);
        expect([said.exitCode, said.stderr]).toEqual([exitCode, expect.stringContaining(refusal)]);
      }
    }
  },
  TEST_MS,
);
