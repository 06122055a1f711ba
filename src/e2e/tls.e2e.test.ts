import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { Scrape } from "../lib/metrics/test-scrape.ts";
import { Certificates, hasOpenssl, shownAt } from "./certificates.ts";
import {
  DEADLINE_MS,
  findEvent,
  type RunningServer,
  run,
  startBalancer,
  startServer,
  until,
} from "./harness.ts";

const TEST_MS = 3 * DEADLINE_MS;
const inCi = process.env.CI === "true" || process.env.CI === "1";
if (!hasOpenssl) console.log("TLS is not tested: there is no openssl");

// Without openssl this fails in CI and is skipped elsewhere.
describe.skipIf(!hasOpenssl && !inCi)("a server with a certificate", () => {
  let certificates: Certificates;
  let server: RunningServer | null = null;

  beforeEach(() => {
    certificates = new Certificates("first", "second");
  });

  afterEach(async () => {
    await server?.kill();
    server = null;
    certificates.remove();
  });

  async function serve(): Promise<RunningServer> {
    const { cert, key } = certificates;
    server = await startServer(["--tls-cert", cert, "--tls-key", key]);
    return server;
  }

  /** A plain client in the room, and what it hears. */
  async function enter({
    port,
  }: RunningServer): Promise<{ socket: WebSocket; heard: string[]; closed: number[] }> {
    const socket = new WebSocket(`wss://127.0.0.1:${port}/ws/tea`, { tls: { rejectUnauthorized: false } });
    const [heard, closed]: [string[], number[]] = [[], []];
    socket.onmessage = ({ data }) => heard.push(JSON.parse(String(data)).text);
    socket.onclose = ({ code }) => closed.push(code);
    await until(() => socket.readyState === WebSocket.OPEN, "the connection");
    return { socket, heard, closed };
  }

  const say = (client: { socket: WebSocket }, text: string) => client.socket.send(JSON.stringify({ text }));

  test(
    "speaks wss:// and https://, and at SIGHUP shows newcomers another one while everyone stays",
    async () => {
      const server = await serve();
      expect(server.stdout).toContain(`"chat":"https://127.0.0.1:${server.port}/"`);
      const page = await fetch(`https://127.0.0.1:${server.port}/`, { tls: { rejectUnauthorized: false } });
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<html")]);
      const old = await enter(server);
      expect(await shownAt(server.port)).toBe("first");

      certificates.use("second");
      server.signal("SIGHUP");
      await until(() => server.stdout.includes("tls_renewed"), "the renewal");
      expect(findEvent(server.stdout, "tls_renewed")).toMatchObject({
        not_after: expect.stringMatching(/^20\d\d-.*Z$/),
      });
      const end = (await Scrape.of(server.adminPort)).value("scale_chat_tls_not_after_seconds");
      expect(Math.abs(end - Date.now() / 1000 - 2 * 86_400)).toBeLessThan(3600);
      server.signal("SIGHUP");
      await until(() => server.stdout.includes("tls_unchanged"), "the files to be compared");
      expect(await shownAt(server.port)).toBe("second");
      const young = await enter(server);
      say(old, "from the old");
      say(young, "from the young");
      for (const { heard } of [old, young]) {
        await until(() => heard.length === 2, "both messages");
        expect(heard.toSorted()).toEqual(["from the old", "from the young"]);
      }

      writeFileSync(certificates.cert, "no certificate");
      server.signal("SIGHUP");
      await until(() => server.stdout.includes("tls_kept"), "the complaint");
      const failures = 'scale_chat_reload_failures_total{files="tls"}';
      expect((await Scrape.of(server.adminPort)).value(failures)).toBe(1);
      expect(await shownAt(server.port)).toBe("second");
      expect([old.closed, young.closed]).toEqual([[], []]);
      expect(await server.stop()).toBe(0);
      await until(() => old.closed.length + young.closed.length === 2, "everyone to be told");
      expect([old.closed, young.closed]).toEqual([[1001], [1001]]);
    },
    TEST_MS,
  );

  test(
    "has its port for itself",
    async () => {
      const { port } = await serve();
      const { cert, key } = certificates;
      const other = await run([
        ...["serve", "--host", "127.0.0.1", "--port", `${port}`, "--admin-port", "0"],
        ...["--tls-cert", cert, "--tls-key", key],
      ]);
      expect([other.exitCode, other.stderr]).toEqual([1, expect.stringContaining("the port is in use")]);
    },
    TEST_MS,
  );

  test(
    "says what is wrong with its files",
    async () => {
      const { cert, key, folder } = certificates;
      const second = certificates.path("second", "key");
      const cases: Array<[args: string[], exitCode: number, problem: string]> = [
        [["--tls-cert", cert], 2, "belong together"],
        [["--tls-cert", cert, "--tls-key", second], 1, `--tls-key ${second}: not the key of the certificate`],
        [["--tls-cert", join(folder, "none"), "--tls-key", key], 1, "there is no such file"],
        [["--tls-cert", key, "--tls-key", key], 1, "no certificate in PEM"],
        [["--tls-cert", cert, "--tls-key", cert], 1, "no private key in PEM"],
      ];
      for (const [args, exitCode, problem] of cases) {
        const said = await run(["serve", "--host", "127.0.0.1", "--port", "0", "--admin-port", "0", ...args]);
        expect([said.exitCode, said.stderr]).toEqual([exitCode, expect.stringContaining(problem)]);
      }
    },
    TEST_MS,
  );

  test("is warned of its end before it starts", async () => {
    const { cert, key } = certificates;
    const { exitCode, stdout } = await run(["serve", "--check", "--tls-cert", cert, "--tls-key", key]);
    expect(exitCode).toBe(0);
    expect(findEvent(stdout, "tls_expires_soon")).toMatchObject({ cert, days: 1 });
  });

  // The socket layer's own deadline, as without TLS.
  test(
    "cuts a handshake that does not end, of TLS or within it",
    async () => {
      const { port } = await serve();
      const silent = connectTcp({ host: "127.0.0.1", port });
      const slow = connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false });
      const timer = setInterval(() => slow.write("G"), 1000);
      const cut: string[] = [];
      for (const [name, socket] of Object.entries({ silent, slow })) {
        socket.on("error", () => {}); // What is written as it is cut.
        socket.on("close", () => cut.push(name));
      }
      try {
        await until(() => cut.length === 2, "both to be cut");
      } finally {
        clearInterval(timer);
        for (const socket of [silent, slow]) socket.destroy();
      }
    },
    TEST_MS,
  );
});

test.each([
  ["serve", startServer],
  ["balance", startBalancer],
] as const)("%s without a certificate goes on at SIGHUP", async (_, begin) => {
  const server = await begin();
  try {
    server.signal("SIGHUP");
    await until(() => findEvent(server.stdout, "nothing_to_reload"), "the signal to be heard");
    expect((await fetch(`http://127.0.0.1:${server.adminPort}/healthz`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
  } finally {
    await server.kill();
  }
});
