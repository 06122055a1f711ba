import { messageOf, OperationError } from "../../lib/errors.ts";
import { ask } from "../../lib/http/ask.ts";
import { isObject } from "../../lib/json.ts";
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
  const answer = await ask(url, { timeoutMs: TIMEOUT_MS, signal: stopped }).catch((error) => {
    const advice = "is the balancer running, and is this its --admin-host and --admin-port?";
    throw cannotShow(messageOf(error), advice);
  });
  const { ok, status, text, body, problem } = answer;
  if (!ok) {
    const reason = problem === null ? "" : ` (${excerpt(problem, 120)})`;
    throw cannotShow(`${url.host} answers ${url.pathname} with HTTP ${status}${reason}`, WHERE);
  }
  if (isFleetStatus(body)) return { status: body, json: oneLine(text) };
  const isServer = isObject(body) && "server_id" in body;
  throw cannotShow(`${url.host} is ${isServer ? "a chat server" : "no balancer"}`, WHERE);
}

function cannotShow(what: string, advice: string): OperationError {
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
