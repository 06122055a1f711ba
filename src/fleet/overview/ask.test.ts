import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { OperationError } from "../../lib/errors.ts";
import { fakeServer, fakeStatus } from "../fake-status.ts";
import { askFleet } from "./ask.ts";
import { FakeBalancer } from "./fake-balancer.ts";

let balancer: FakeBalancer;
beforeEach(() => {
  balancer = new FakeBalancer();
});
afterEach(() => balancer.stop());

test("asks for /stats, also below a path", async () => {
  for (const path of ["", "/", "/fleet", "/fleet/"]) {
    expect((await askFleet(balancer.url + path)).status).toEqual(balancer.status);
  }
  expect(balancer.asked).toEqual(["/stats", "/stats", "/fleet/stats", "/fleet/stats"]);
});

test("keeps the answer as it came, on one line, without what a terminal would obey", async () => {
  balancer.status = { ...fakeStatus(1, [fakeServer("a\u202eb")]), more: 1.5 } as never;
  expect((await askFleet(balancer.url)).json).toBe(
    JSON.stringify(balancer.status).replaceAll("\u202e", "\\u202e"),
  );
  balancer.answer = () => new Response(`${JSON.stringify(balancer.status, null, 2)}\n`);
  const { json } = await askFleet(balancer.url);
  expect(json).not.toContain("\n");
  expect(JSON.parse(json)).toEqual(balancer.status);
});

describe("what is wrong is one sentence:", () => {
  async function said(url = balancer.url): Promise<string> {
    const error = await askFleet(url).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(OperationError);
    return error.message;
  }
  const port = "the balancer's --admin-port is wanted, 3001 unless it was told otherwise";

  test("nobody is there", async () => {
    await balancer.stop();
    expect(await said()).toBe(
      `Cannot show the fleet: nothing listens on ${balancer.host}; is the balancer running, and is this its ` +
        "--admin-host and --admin-port?",
    );
  });

  test("an HTTP error, with its reason", async () => {
    const refusal = `Cannot show the fleet: ${balancer.host} answers /stats with HTTP`;
    balancer.answer = () => Response.json({ error: "nothing\nhere" }, { status: 404 });
    expect(await said()).toBe(`${refusal} 404 (nothing here); ${port}`);
    balancer.answer = () => new Response("<html>", { status: 502 });
    expect(await said()).toBe(`${refusal} 502; ${port}`);
  });

  test("a chat server", async () => {
    balancer.answer = () => Response.json({ server_id: "a", connections: 1 });
    expect(await said()).toBe(`Cannot show the fleet: ${balancer.host} is a chat server; ${port}`);
  });

  const others: Array<[what: string, body: string]> = [
    ["no JSON", "<html>"],
    ["no object", "[]"],
    ["something else", '{"status":"ok"}'],
    ["a server without figures", JSON.stringify({ ...fakeStatus(1, []), servers: [{ id: "a" }] })],
    ["a room without a name", JSON.stringify({ ...fakeStatus(1, []), busiest_rooms: [{ servers: [] }] })],
  ];
  test.each(others)("%s", async (_, body) => {
    balancer.answer = () => new Response(body);
    expect(await said()).toBe(`Cannot show the fleet: ${balancer.host} is no balancer; ${port}`);
  });
});
