import { reachedAs } from "../lib/address.ts";
import { errorResponse, json, probe, routed } from "../lib/http/answers.ts";
import { pageAssets } from "../lib/http/page.ts";
import { bundlePage } from "../lib/http/page-bundle.ts" with { type: "macro" };
import { carriesToken } from "./admin-token.ts";
import { eventStream } from "./event-stream.ts";
import type { Fleet } from "./fleet.ts";
import type { FleetStatus } from "./status.ts";

const dashboard = pageAssets(bundlePage("fleet/dashboard"));

export interface AdminDoor {
  fleet: Fleet;
  /** `null`: nobody may spawn or drain by hand. */
  token: string | null;
  /** Why no clients can be taken, or `null`. */
  problem: () => string | null;
}

/** The admin port's answers: the dashboard, the fleet's figures and events, and what an operator may order. */
export function adminRoute(request: Request, door: AdminDoor): Response {
  return routed(request, (url) => answer(request, url, door));
}

function answer(request: Request, url: URL, door: AdminDoor): Response {
  if (url.pathname === "/servers" && request.method === "POST") return withToken(request, door, spawn);
  // An id has no character that is written otherwise in a URL.
  const id = /^\/servers\/([^/]+)$/.exec(url.pathname)?.[1];
  if (id !== undefined && request.method === "DELETE") {
    return withToken(request, door, (fleet) => drain(fleet, id));
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return errorResponse(405, "allowed are GET, POST /servers and DELETE /servers/{id}", {
      allow:
        url.pathname === "/servers"
          ? "GET, HEAD, POST"
          : id === undefined
            ? "GET, HEAD"
            : "GET, HEAD, DELETE",
    });
  }
  return read(request, url, door, id);
}

function read(request: Request, url: URL, door: AdminDoor, id: string | undefined): Response {
  const { fleet, problem } = door;
  const asset = dashboard(url.pathname, request.headers.get("if-none-match"));
  if (asset !== null) return asset;
  const probed = probe(url.pathname, problem);
  if (probed !== null) return probed;
  switch (url.pathname) {
    case "/servers":
      return json(shown(fleet.status(), url.host).servers);
    case "/stats": {
      const series = url.searchParams.get("series") === "1" ? { series: fleet.series.read() } : {};
      return json({ ...shown(fleet.status(), url.host), ...series });
    }
    case "/events":
      return eventStream(fleet, (status) => shown(status, url.host));
    case "/prometheus/targets":
      return json(scrapeTargets(fleet, url.host));
    default: {
      const server = shown(fleet.status(), url.host).servers.find((known) => known.id === id);
      if (server !== undefined) return json(server);
      if (id !== undefined) return errorResponse(404, `there is no server ${id}`);
      return errorResponse(
        404,
        "there is nothing here; try /, /servers, /stats, /events, /metrics or /prometheus/targets",
      );
    }
  }
}

/** The fleet as seen from where the request came from: a server that listens everywhere is there, too. */
function shown(status: FleetStatus, host: string): FleetStatus {
  return {
    ...status,
    servers: status.servers.map((server) => ({ ...server, url: reachedAs(server.url, host) })),
  };
}

/**
 * Every server, in the form that Prometheus' `http_sd_config` reads. An admin port that listens everywhere is there
 * where this one was reached, or, on another machine, where the server's clients find that.
 */
function scrapeTargets(fleet: Fleet, host: string): object[] {
  return fleet.registry.all.map(({ id, kind, url, adminAddress }) => {
    const machine = fleet.hasStarted(id) ? host : new URL(reachedAs(url, host)).host;
    const target = new URL(reachedAs(`http://${adminAddress}`, machine)).host;
    return { targets: [target], labels: { server_id: id, kind } };
  });
}

function withToken(
  { headers }: Request,
  { fleet, token }: AdminDoor,
  act: (fleet: Fleet) => Response,
): Response {
  if (token === null) {
    return errorResponse(403, "orders are off; start the balancer with --admin-token-file to allow them");
  }
  if (carriesToken(headers.get("authorization"), token)) return act(fleet);
  return errorResponse(401, "give the admin token: Authorization: Bearer TOKEN", {
    "www-authenticate": "Bearer",
  });
}

function spawn(fleet: Fleet): Response {
  if (fleet.spawn("an operator asked for one more server")) return json({ status: "starting" }, 202);
  return errorResponse(
    409,
    fleet.isStopping ? "the fleet is stopping" : "the fleet has as many servers as --max allows",
  );
}

function drain(fleet: Fleet, id: string): Response {
  const server = fleet.registry.find(id);
  if (server === undefined) return errorResponse(404, `there is no server ${id}`);
  if (server.phase === "draining") return errorResponse(409, `server ${id} is draining already`);
  fleet.empty(server, "an operator asked for it");
  return json({ id }, 202);
}
