import { OperationError } from "../../lib/errors.ts";
import { explainFailure } from "../../lib/http/failure.ts";
import { isObject, parseJson } from "../../lib/json.ts";
import { escapeDangerous, excerpt } from "../../lib/sanitise.ts";
import type { FleetStatus } from "../status.ts";

/** A balancer answers from memory: one that takes longer is not there. */
const TIMEOUT_MS = 5000;
const WHERE = "the balancer's --admin-port is wanted, 3001 unless it was told otherwise";

export interface Answer {
  status: FleetStatus;
  /** As it came, on one line. */
  json: string;
}

/** Asks the balancer at an admin address for its fleet. Throws `OperationError` with a sentence when there is no answer. */
export async function askFleet(admin: string, stopped?: AbortSignal): Promise<Answer> {
  const url = new URL("stats", admin.endsWith("/") ? admin : `${admin}/`);
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      signal: stopped === undefined ? timeout : AbortSignal.any([timeout, stopped]),
    });
    text = await response.text();
  } catch (error) {
    const why = explainFailure(error, url.host);
    throw problem(why, "is the balancer running, and is this its --admin-host and --admin-port?");
  }
  const body = parseJson(text);
  if (!response.ok) {
    const reason = isObject(body) && typeof body.error === "string" ? ` (${excerpt(body.error, 120)})` : "";
    throw problem(`${url.host} answers ${url.pathname} with HTTP ${response.status}${reason}`, WHERE);
  }
  if (isFleetStatus(body)) return { status: body, json: oneLine(text) };
  const isServer = isObject(body) && "server_id" in body;
  throw problem(`${url.host} is ${isServer ? "a chat server" : "no balancer"}`, WHERE);
}

function problem(what: string, advice: string): OperationError {
  return new OperationError(`Cannot show the fleet: ${what}; ${advice}`);
}

/** Whether it can be drawn; what else a newer balancer says is no harm. */
function isFleetStatus(body: unknown): body is FleetStatus {
  if (!isObject(body) || !isObject(body.options)) return false;
  const { servers, busiest_rooms: rooms, options } = body;
  return (
    hasNumbers(body, ["at", "connections", "rooms", "writes_per_s", "provisions_per_s"]) &&
    hasNumbers(options, ["min", "max", "spawn_at"]) &&
    areAll(servers, SERVER_FIGURES, ["id", "url", "phase"]) &&
    areAll(rooms, ["members", "writes_per_s"], ["room"]) &&
    rooms.every(({ servers }) => Array.isArray(servers) && servers.every((id) => typeof id === "string"))
  );
}

const SERVER_FIGURES = [
  ...["started_at", "connections", "rooms", "writes_per_s", "loop_lag_ms", "memory_rss_bytes"],
];

function areAll(
  list: unknown,
  numbers: readonly string[],
  texts: readonly string[],
): list is Array<Record<string, unknown>> {
  return (
    Array.isArray(list) &&
    list.every(
      (one) =>
        isObject(one) && hasNumbers(one, numbers) && texts.every((name) => typeof one[name] === "string"),
    )
  );
}

function hasNumbers(of: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => Number.isFinite(of[name]));
}

/** JSON escapes say the same as the characters that a terminal would obey. */
function oneLine(json: string): string {
  const text = json.trim();
  return escapeDangerous(/[\r\n\t]/.test(text) ? JSON.stringify(JSON.parse(text)) : text);
}
