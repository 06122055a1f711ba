import { afterEach, expect, test } from "bun:test";
import { type RunningServer, run, startServer } from "./harness.ts";

let server: RunningServer | undefined;
afterEach(async () => {
  await server?.kill();
  server = undefined;
});

test("a server that takes clients is healthy; the server's own variables lead to it", async () => {
  server = await startServer();
  const port = ["--admin-port", `${server.adminPort}`];
  expect(await run(["health", ...port])).toEqual({ exitCode: 0, stdout: "ready\n", stderr: "" });
  const env = { SCALE_CHAT_ADMIN_HOST: "0.0.0.0", SCALE_CHAT_ADMIN_PORT: `${server.adminPort}` };
  expect(await run(["health", "--live"], { env })).toEqual({ exitCode: 0, stdout: "live\n", stderr: "" });
});

test("one that runs and takes nobody is live, but not ready, and says why", async () => {
  const reason = "Redis does not answer";
  using admin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) =>
      url.endsWith("/healthz")
        ? Response.json({ status: "ok" })
        : Response.json({ ready: false, reason }, { status: 503 }),
  });
  const port = ["--admin-port", `${admin.port}`];
  expect(await run(["health", ...port])).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: `scale-chat: Not healthy: ${reason}\n`,
  });
  expect(await run(["health", ...port, "--live"])).toMatchObject({ exitCode: 0 });
});

test("one that hangs, one that is not there and one that is none are no, in one line", async () => {
  server = await startServer();
  const chat = await run(["health", "--admin-port", `${server.port}`]);
  expect(chat).toMatchObject({ exitCode: 1, stdout: "" });
  expect(chat.stderr).toBe(
    `scale-chat: Not healthy: 127.0.0.1:${server.port} answers /readyz with HTTP 404\n`,
  );
  server.signal("SIGSTOP");
  const hung = await run(["health", "--admin-port", `${server.adminPort}`, "--timeout", "200ms"]);
  expect(hung.stderr).toBe(`scale-chat: Not healthy: 127.0.0.1:${server.adminPort} does not answer\n`);
  const nobody = await run(["health", "--admin-port", "1"]);
  expect(nobody).toMatchObject({
    exitCode: 1,
    stderr: "scale-chat: Not healthy: nothing listens on 127.0.0.1:1\n",
  });
});
