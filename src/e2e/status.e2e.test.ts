import { afterAll, beforeAll, expect, test } from "bun:test";
import { BalancerView } from "./balancer-view.ts";
import { run, start, startBalancer, until } from "./harness.ts";
import { CTRL_C, openTerminal } from "./terminal.ts";

let fleet: BalancerView;
beforeAll(async () => {
  fleet = new BalancerView(await startBalancer(["--min", "2"]));
  await fleet.ready(2);
});
afterAll(() => fleet.balancer.kill());

test("prints the fleet as a table, without colours", async () => {
  const servers = await fleet.ready(2);
  const { exitCode, stdout, stderr } = await run(["status", "--url", fleet.adminUrl]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toStartWith("2 servers: 2 ready (min 2, ");
  expect(stdout).not.toContain("\u001b");
  for (const { id } of servers) expect(stdout).toContain(`│ ${id} │ ready `);
});

test("--json prints the balancer's answer; its address comes from the environment, too", async () => {
  const env = { SCALE_CHAT_ADMIN_URL: fleet.adminUrl, SCALE_CHAT_URL: "ws://127.0.0.1:1" };
  const { exitCode, stdout } = await run(["status", "--json"], { env });
  expect(exitCode).toBe(0);
  const [shown, stats] = [JSON.parse(stdout), await fleet.stats()];
  expect(Object.keys(shown)).toEqual(Object.keys(stats));
  const ids = (status: typeof stats) => status.servers.map(({ id }) => id);
  expect(ids(shown)).toEqual(ids(stats));
});

test("--watch --json in a pipe is a line a second, until a signal", async () => {
  const watching = start(["status", "--watch", "--json", "--url", fleet.adminUrl]);
  const stdout = await until(() => watching.stdout.split("\n").length > 2 && watching.stdout, "two lines");
  watching.signal("SIGINT");
  expect(await watching.exited).toBe(0);
  const [first, second] = stdout.split("\n").map((line) => line && JSON.parse(line));
  expect(second.at - first.at).toBeGreaterThan(500);
  expect(watching.stderr).toBe("");
});

test("--watch on a terminal draws over itself, and gives the screen back at Ctrl-C", async () => {
  const terminal = openTerminal(["status", "--watch", "--url", fleet.adminUrl], { columns: 110 });
  try {
    await terminal.sees("Ctrl-C ends");
    await terminal.sees("2 servers: 2 ready");
    const drawings = () => terminal.raw.split("\u001b[H").length - 1;
    await until(() => drawings() >= 2, "the second drawing");
    terminal.type(CTRL_C);
    expect(await terminal.exited).toBe(0);
    const [, after] = terminal.raw.split("\u001b[?7h\u001b[?25h\u001b[?1049l");
    expect(after).toStartWith("2 servers: 2 ready");
  } finally {
    await terminal.kill();
  }
});

test("what is no balancer is one sentence and exit code 1, what is no address is code 2", async () => {
  const [server] = await fleet.ready(2);
  const nobody = await run(["status", "--url", "http://127.0.0.1:1", "--watch"]);
  expect(nobody).toMatchObject({ exitCode: 1, stdout: "" });
  expect(nobody.stderr).toMatch(/^scale-chat: Cannot show the fleet: nothing listens on 127.0.0.1:1; .*\n$/);
  for (const url of [fleet.url, server!.url.replace("ws:", "http:")]) {
    const wrong = await run(["status", "--url", url]);
    expect(wrong).toMatchObject({ exitCode: 1, stdout: "" });
    expect(wrong.stderr).toMatch(/^scale-chat: .* HTTP 404 .*--admin-port.*\n$/);
  }
  const bad = await run(["status", "--url", "127.0.0.1"]);
  expect(bad).toMatchObject({ exitCode: 2, stdout: "" });
  expect(bad.stderr).toContain("try http://127.0.0.1:3001");
});
