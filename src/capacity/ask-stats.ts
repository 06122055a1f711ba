import { messageOf, OperationError } from "../lib/errors.ts";
import { ask } from "../lib/http/ask.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Sample } from "./observed.ts";

const TIMEOUT_MS = 5000;
/** Between two looks at a server's totals. */
const WINDOW_MS = 3000;
const WHERE = "the --admin-port of a server (8081) or of a balancer (3001) is wanted";

/** Looks at a server for three seconds, or asks a balancer. Throws `OperationError` when there is no such answer. */
export async function askStats(admin: string): Promise<Sample> {
  const first = await stats(admin);
  const fleet = fleetSample(first);
  if (fleet !== null) return fleet;
  const before = serverTotals(first);
  if (before === null) throw problem(`${new URL(admin).host} tells no figures of a chat`, WHERE);
  const start = performance.now();
  await Bun.sleep(WINDOW_MS);
  const after = serverTotals(await stats(admin));
  if (after === null) throw problem(`${new URL(admin).host} has changed`, "try again");
  const seconds = (performance.now() - start) / 1000;
  return {
    kind: "server",
    writesPerSecond: (after.writes - before.writes) / seconds,
    cpuShare: (after.cpuSeconds - before.cpuSeconds) / seconds,
    worstLagMs: after.worstLagMs,
  };
}

async function stats(admin: string): Promise<unknown> {
  const url = new URL("stats", admin.endsWith("/") ? admin : `${admin}/`);
  const { ok, status, body } = await ask(url, { timeoutMs: TIMEOUT_MS }).catch((error) => {
    throw problem(messageOf(error), "is it running?");
  });
  if (!ok) throw problem(`${url.host} answers ${url.pathname} with HTTP ${status}`, WHERE);
  return body;
}

function problem(what: string, advice: string): OperationError {
  return new OperationError(`Cannot measure the capacity: ${what}; ${advice}`);
}

/** The busiest server of a balancer's answer; `null` when it is none. */
function fleetSample(body: unknown): Sample | null {
  if (!isObject(body) || !Array.isArray(body.servers)) return null;
  const servers = body.servers.filter(
    (server): server is JsonObject => isObject(server) && Number.isFinite(server.writes_per_s),
  );
  const [busiest] = servers.sort((a, b) => Number(b.writes_per_s) - Number(a.writes_per_s));
  return {
    kind: "fleet",
    servers: servers.length,
    writesPerSecond: Number(busiest?.writes_per_s ?? 0),
    meanLagMs: Number(busiest?.loop_lag_ms ?? 0),
  };
}

function serverTotals(body: unknown) {
  if (!isObject(body)) return null;
  const { socket_writes: writes, cpu_seconds: cpuSeconds, loop_delay_ms: worstLagMs } = body;
  const all = [writes, cpuSeconds, worstLagMs];
  if (!all.every((figure) => typeof figure === "number")) return null;
  return { writes: Number(writes), cpuSeconds: Number(cpuSeconds), worstLagMs: Number(worstLagMs) };
}
