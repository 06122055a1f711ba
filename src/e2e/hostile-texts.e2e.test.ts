import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sanitise } from "../lib/sanitise.ts";
import { CSV_HEADER, receivedRow, sentRow } from "../results/csv.ts";
import { END, META, START_US } from "../results/fake-run.ts";
import { encodeRunMeta } from "../results/run-meta.ts";
import { run, start, until } from "./harness.ts";

// What strangers write ends as text wherever people or their programs read it: a terminal, a log, a spreadsheet, a page,
// an issue, a monitoring system.

/** To a terminal, to whoever reads from left to right, to what reads line by line, to a browser, to a table. */
const HOSTILE = `\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e\u2028\n"'><script>alert(1)</script><img src=x onerror=alert(1)>|a=b`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-hostile-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Every line is what `sanitise` leaves of it: nothing that a terminal obeys, nothing that turns or hides text. */
function expectHarmless(text: string): void {
  for (const line of text.split("\n")) expect(line).toBe(sanitise(line));
}

describe("a results file that says more than it should", () => {
  const name = `=1+1|<img src=x onerror=alert(1)>\u001b[2J\u202e.csv`;
  let path: string;
  beforeAll(() => {
    path = join(folder, name);
    const host = { ...META.host, cpu: HOSTILE, os: HOSTILE };
    const end = { ...END, warnings: [HOSTILE] };
    const said = { url: HOSTILE, command: HOSTILE, dialect: HOSTILE, load: HOSTILE };
    const received = ["=a", "@b"].map((client) => receivedRow(1, "=a", client, START_US + 5));
    const rows = [sentRow(1, "=a", START_US, START_US), ...received];
    writeFileSync(path, `${encodeRunMeta({ ...META, ...said, host, end })}${CSV_HEADER}\n${rows.join("")}`);
  });

  const report = async (...options: string[]) => {
    const result = await run(["report", path, ...options]);
    expect(result.exitCode).toBe(0);
    expectHarmless(result.stderr);
    return result.stdout;
  };

  test("is text in a table", async () => expectHarmless(await report("--format", "table")));

  test("is no formula in CSV, and a row stays a row", async () => {
    const csv = await report("--format", "csv");
    expectHarmless(csv);
    const [header, ...rows] = csv.trimEnd().split("\n");
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(row).toStartWith("'=1+1|");
      expect(row.split(",")).toHaveLength(header!.split(",").length);
    }
  });

  test("is no markup and no cell of its own in markdown", async () => {
    const markdown = await report("--format", "markdown");
    expectHarmless(markdown);
    expect(markdown).not.toMatch(/(?<!\\)<(script|img)/);
    const [head, , row] = markdown.split("\n");
    const cells = (line: string) => line.match(/(?<!\\)\|/g)!.length;
    expect(cells(row!)).toBe(cells(head!));
  });

  test("is what it was in JSON, on a terminal too", async () => {
    const json = await report("--format", "json");
    expectHarmless(json);
    expect(JSON.parse(json).runs).toHaveLength(1);
  });

  test("is text on the page and in the charts", async () => {
    const [page, charts] = [join(folder, "page.html"), join(folder, "charts")];
    await report("--html", page, "--svg", charts);
    const drawn = readdirSync(charts).map((file) => readFileSync(join(charts, file), "utf8"));
    expect(drawn.length).toBeGreaterThan(0);
    for (const text of [readFileSync(page, "utf8"), ...drawn]) {
      expect(text).not.toMatch(/<script>alert|<img src=x/);
      expect(text).not.toMatch(/[\u001b\u0007\u009b\u202e\u2028]/);
    }
  });
});

describe.each(["json", "human"])("a log of the form %s", (format) => {
  test("has a line for each event, whatever a client calls itself", async () => {
    const ports = ["--host", "127.0.0.1", "--port", "0", "--admin-port", "0"];
    const server = start(["serve", ...ports, "--log-level", "debug", "--log-format", format]);
    const portIn = (name: string) => new RegExp(`\\b${name}"?[:=](\\d+)`).exec(server.stdout)?.[1];
    const port = await until(() => portIn("admin_port") && portIn("port"), "the server to listen");
    const adminPort = portIn("admin_port");
    try {
      const text = encodeURIComponent(HOSTILE);
      const ask = (path: string, headers: Record<string, string> = {}) =>
        fetch(`http://127.0.0.1:${port}${path}`, { headers }).then((response) => response.text());
      for (const path of [`/ws/${text}`, `/${text}`, `/ws/r?name=${text}&session=${text}`]) {
        expectHarmless(await ask(path));
        expectHarmless(await ask(path, { upgrade: "websocket", connection: "upgrade", origin: "null" }));
      }
      const name = encodeURIComponent("e\u202evil\u2028 level=error");
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/${name}?name=${name}`, "scale-chat.v1");
      await until(() => socket.readyState === WebSocket.OPEN, "the connection");
      socket.send(JSON.stringify({ type: HOSTILE, message_id: HOSTILE, text: HOSTILE }));
      socket.close(4999, "e\u202evil\u2028x");
      await until(() => server.stdout.includes("closed"), "the close to be logged");
      const metrics = await fetch(`http://127.0.0.1:${adminPort}/metrics`).then((r) => r.text());
      expect(metrics).not.toMatch(/evil|owned|<script|"4999"/);
      for (const line of metrics.trimEnd().split("\n")) {
        expect(line).toMatch(
          /^(# (HELP|TYPE) .*|[a-z_]+(\{[a-z_]+="[^"\\]*"(,[a-z_]+="[^"\\]*")*\})? \S+|)$/,
        );
      }
    } finally {
      expect(await server.stop()).toBe(0);
    }
    expectHarmless(server.stdout);
    for (const line of server.stdout.trimEnd().split("\n")) {
      expect(line).toMatch(
        format === "json" ? /^\{"time":.*\}$/ : /^(\d\d:\d\d:\d\d\.\d{3} (DEBUG|INFO |WARN |ERROR) |\{)/,
      );
    }
  });
});

describe("a server that means ill", () => {
  let server: ReturnType<typeof Bun.serve>;
  beforeAll(() => {
    server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () =>
        Response.json(
          { error: HOSTILE, reason: HOSTILE, id: HOSTILE, url: `ws://x/${HOSTILE}` },
          { status: 503 },
        ),
    });
  });
  afterAll(() => server.stop(true));

  test.each([
    ["status", (at: string) => ["status", "--url", at]],
    ["health", (at: string) => ["health", `${at}/readyz`]],
    ["plan", (at: string) => ["plan", "--rooms", "1", "--users", "2", "--from", at]],
    [
      "loadtest",
      (at: string) => [
        "loadtest",
        "--url",
        at.replace("http", "ws"),
        "--rooms",
        "1",
        "--room-size",
        "1",
        "--duration",
        "1s",
        "--no-csv",
      ],
    ],
  ])("%s fails with a sentence on a line", async (_, args) => {
    const { exitCode, stdout, stderr } = await run(args(`http://127.0.0.1:${server.port}`), { cwd: folder });
    expect([1, 2]).toContain(exitCode);
    expect(stderr).toContain("scale-chat: ");
    expectHarmless(stdout);
    expectHarmless(stderr.replaceAll(/\r|\u001b\[K/g, ""));
  });
});
