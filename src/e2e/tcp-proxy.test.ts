import { afterEach, beforeEach, expect, test } from "bun:test";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { until } from "../lib/test-until.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

// A server that says back what it hears.
const echo = createServer((socket) => {
  socket.on("error", () => {});
  socket.pipe(socket);
});
let proxy: TcpProxy;
let client: Socket;
let heard: string;
let isClosed: boolean;

beforeEach(async () => {
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  proxy = await startTcpProxy((echo.address() as AddressInfo).port, Math.random);
  [heard, isClosed] = ["", false];
  client = connect(proxy.port, "127.0.0.1");
  client.on("data", (bytes) => (heard += bytes));
  client.on("error", () => {});
  client.on("close", () => (isClosed = true));
  await says("hello ");
});
afterEach(async () => {
  client.destroy();
  await proxy.close();
  await new Promise((resolve) => echo.close(resolve));
});

/** Says something and waits until it has come back. */
async function says(text: string): Promise<void> {
  const all = heard + text;
  client.write(text);
  await until(() => heard === all, `${text} to come back`);
}

test("delays keep the order, also when they end", async () => {
  proxy.delayMs = 30;
  const before = performance.now();
  client.write("late ");
  // Only once it is on its way may the next one overtake it.
  await until(() => performance.now() - before > 10, "a moment");
  proxy.delayMs = 0;
  client.write("early");
  await until(() => heard === "hello late early", "both");
  expect(performance.now() - before).toBeGreaterThan(28);
});

test("a stalled client reads nothing, and everything afterwards", async () => {
  proxy.stalled = true;
  const text = "x".repeat(1_000_000);
  await new Promise((resolve) => client.write(text, resolve));
  expect(heard).toBe("hello ");
  proxy.stalled = false;
  await until(() => heard.length === 6 + text.length, "all of it");
});

test("what is swallowed never comes; both sides believe in the connection until it is cut", async () => {
  proxy.swallows = "everything";
  client.write("nobody hears this");
  const other = connect(proxy.port, "127.0.0.1");
  await new Promise((resolve) => other.on("connect", resolve));
  expect({ heard, isClosed }).toEqual({ heard: "hello ", isClosed: false });
  proxy.cut();
  await until(() => isClosed, "the cut");
  expect(heard).toBe("hello ");
});
