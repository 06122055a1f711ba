import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Fleet } from "./fleet.ts";
import { publicRoute } from "./public-routes.ts";
import { join, testFleet } from "./test-servers.ts";

let fleet: Fleet;
beforeAll(() => {
  ({ fleet } = testFleet());
  join(fleet.registry, "a", { url: "ws://0.0.0.0:8001" });
  fleet.provisioner.refresh();
});
afterAll(() => fleet.stop());

const ask = (path: string, method = "GET", host = "chat.example.org:3000") =>
  publicRoute(new Request(`http://${host}${path}`, { method }), fleet);

describe("/servers/provision", () => {
  test("names the server of a room, as whoever asks can reach it", async () => {
    for (const path of ["?room=r", "", "?room=", `?room=${"x".repeat(128)}`, "?room=caf%C3%A9"]) {
      const answer = ask(`/servers/provision${path}`);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ id: "a", url: "ws://chat.example.org:8001" });
    }
    const local = ask("/servers/provision?room=r", "GET", "[::1]:3000");
    expect(await local.json()).toEqual({ id: "a", url: "ws://[::1]:8001" });
  });

  test("may be asked by any page, and its answer is not kept", () => {
    for (const path of ["?room=r", "?room=%00"]) {
      const { headers } = ask(`/servers/provision${path}`);
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  test("refuses what is no room: 400", async () => {
    for (const room of ["%00", "a%0Ab", "x".repeat(129)]) {
      const answer = ask(`/servers/provision?room=${room}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({ error: expect.stringContaining("room") });
    }
  });

  test("without a server that takes clients: 503, and when to come again", async () => {
    const { fleet: empty } = testFleet();
    const { server } = join(empty.registry, "a");
    server.drain();
    empty.provisioner.refresh();
    const answer = publicRoute(new Request("http://h/servers/provision?room=r"), empty);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(await answer.json()).toEqual({ error: "no server takes clients" });
    await empty.stop();
  });
});

test("/healthz says that the balancer lives", async () => {
  expect(await ask("/healthz").json()).toEqual({ status: "ok" });
});

test("there is nothing else: 404, and no other method: 405", () => {
  for (const path of ["/", "/servers", "/stats", "/events", "/readyz", "/servers/provision/"]) {
    expect(ask(path).status).toBe(404);
  }
  for (const method of ["POST", "DELETE", "PUT", "OPTIONS"]) {
    const answer = ask("/servers/provision?room=r", method);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  }
});

test("a Host header that is none: 400", () => {
  // As Bun gives it when the header makes no address.
  const request = new Request("http://h/servers/provision");
  Object.defineProperty(request, "url", { value: "http://a b/servers/provision" });
  expect(publicRoute(request, fleet).status).toBe(400);
});
