import { reachedAs } from "../lib/address.ts";
import { errorResponse, json, refuseMethod, routed } from "../lib/http/answers.ts";
import { checkRoom } from "../protocol/text.ts";
import type { Fleet } from "./fleet.ts";

/** Any page may ask where its chat is; the answer holds nothing that is not public. */
const FOR_EVERYONE = { "access-control-allow-origin": "*", "access-control-expose-headers": "retry-after" };

/** The public port's answers: where a client of a room goes, and whether the balancer lives. */
export function publicRoute(request: Request, fleet: Fleet): Response {
  return routed(request, (url) => refuseMethod(request) ?? read(url, fleet));
}

function read(url: URL, fleet: Fleet): Response {
  switch (url.pathname) {
    case "/healthz":
      return json({ status: "ok" });
    case "/servers/provision":
      return counted(provision(url, fleet), fleet);
    default:
      return errorResponse(404, "there is nothing here; ask /servers/provision?room=ROOM for a server");
  }
}

function counted(answer: Response, { counters }: Fleet): Response {
  counters.provisions[answer.status as keyof typeof counters.provisions]++;
  return answer;
}

function provision(url: URL, fleet: Fleet): Response {
  const room = url.searchParams.get("room");
  // The empty name is the global chat's.
  const problem = room === null || room === "" ? null : checkRoom(room);
  if (problem !== null) return errorResponse(400, problem, FOR_EVERYONE);
  const server = fleet.provisioner.choose(room);
  if (server === null) {
    return errorResponse(503, "no server takes clients", { ...FOR_EVERYONE, "retry-after": "1" });
  }
  return json({ id: server.id, url: reachedAs(server.url, url.host) }, 200, FOR_EVERYONE);
}
