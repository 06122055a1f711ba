import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Scrape } from "../../lib/metrics/test-scrape.ts";
import { join, serve, type TestServer, until } from "../test-client.ts";

let server: TestServer;
beforeAll(() => {
  server = serve();
});
afterAll(() => server.stop());

const scrape = () => Scrape.of(server.adminPort);
const value = async (series: string) => (await scrape()).value(series);
const messages = async (type: string) => (await scrape()).messages(type);

describe("/metrics of a server", () => {
  test("counts messages on every way that they take", async () => {
    const clients = await Promise.all(["ann", "bob", "cid"].map((name) => join(server, "tea", { name })));
    for (const id of [1, 2]) clients[0]!.say(id);
    await until(async () => (await messages("outgoing_from_client")) === 6, "two messages to three clients");
    expect(await messages("incoming_from_client")).toBe(2);
    expect(await messages("outgoing_to_distributor")).toBe(2);
    expect(await messages("incoming_from_distributor")).toBe(2);
    // Everyone who sends is on this server.
    expect(await messages("outgoing_from_distributor")).toBe(0);
    expect(await value("scale_chat_timing_processing_count")).toBe(2);
    expect(await value("scale_chat_broker_publish_seconds_count")).toBe(2);
    expect(await value("scale_chat_broker_waiting_messages")).toBe(0);
    expect(await value("scale_chat_broker_lag_seconds")).toBe(0);
    expect(await value("scale_chat_connections")).toBe(3);
    expect(await value("scale_chat_rooms")).toBe(1);
    expect(await value("scale_chat_joins_total")).toBe(3);
    expect(await value('scale_chat_socket_writes_total{to="room"}')).toBe(6);
    expect(await value('scale_chat_bytes_total{direction="in"}')).toBeGreaterThan(0);
    for (const client of clients) client.close();
  });

  test("a repeat is recognised, and goes to nobody", async () => {
    const before = await messages("incoming_from_distributor");
    const client = await join(server, "again", { session: "0123456789abcdef" });
    client.say(1);
    client.say(1);
    await until(async () => (await value("scale_chat_duplicates_total")) === 1, "the repeat to be counted");
    expect((await messages("incoming_from_distributor")) - before).toBe(1);
    client.close();
  });

  test("a client's own close codes make one series together, and one figure of /stats", async () => {
    for (const code of [3001, 4444]) {
      const socket = new WebSocket(`${server.url}/ws/leaving`);
      socket.onopen = () => socket.close(code);
    }
    await until(async () => (await value('scale_chat_closed_total{code="other"}')) === 2, "both to be gone");
    expect((await scrape()).text).not.toContain('"4444"');
    const { closed } = server.stats();
    expect(closed).toMatchObject({ other: 2, 1011: 0, 4002: 0 });
    expect(Object.keys(closed)).not.toContain("4444");
  });

  test("no room, no name and no text of a client is in it", async () => {
    const client = await join(server, "secret-room", { name: "secret-name" });
    client.say(1, "secret-text");
    await client.first("ack");
    expect((await scrape()).text).not.toContain("secret");
    client.close();
  });

  test("speaks Prometheus' text format, to GET alone", async () => {
    const url = `http://127.0.0.1:${server.adminPort}/metrics`;
    expect((await fetch(url)).headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect((await fetch(url, { method: "POST" })).status).toBe(405);
    expect((await fetch(`${server.url.replace("ws", "http")}/metrics`)).status).toBe(404);
  });
});
