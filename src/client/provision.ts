import { isSocketUrl } from "../lib/address.ts";
import { messageOf } from "../lib/errors.ts";
import { ask } from "../lib/http/ask.ts";
import { isObject } from "../lib/json.ts";
import { exposure } from "./exposure.ts";

/** A balancer answers from memory: one that takes longer is not there. */
const TIMEOUT_MS = 5000;
/** No client stays away for longer because a balancer said so, milliseconds. */
const MAX_RETRY_AFTER_MS = 30_000;

/** No server was named; `retryAfterMs` is how long the balancer wants to be left alone, 0 where it did not say. */
export class ProvisionError extends Error {
  constructor(
    message: string,
    readonly retryAfterMs = 0,
  ) {
    super(message);
  }
}

/** Is this the address of a balancer, `http://host:port`, and not that of a server? */
export function isBalancerUrl(url: string): boolean {
  return /^https?:/i.test(url);
}

/** Who asks a balancer, and for what. */
export interface Asking {
  /** Of the balancer, `http://host:port`. */
  url: string;
  room: string;
  /** With which the client goes on to the server: the balancer itself is not shown it. `null`: it has none. */
  token: string | null;
}

/** As `provision`; throws `ProvisionError` also where the client's token may not be taken to the server. */
export async function provisionFor({ url, room, token }: Asking, signal?: AbortSignal): Promise<string> {
  const server = await provision(url, room, signal);
  const exposed = token === null ? null : exposure(url, server);
  if (exposed === null) return server;
  throw new ProvisionError(`${new URL(url).host} names a server, but ${exposed}`);
}

/** Asks a balancer for the server of a room: `ws://host:port`. Throws `ProvisionError` with a sentence when there is none. */
export async function provision(balancer: string, room: string, signal?: AbortSignal): Promise<string> {
  const url = new URL("/servers/provision", balancer);
  url.searchParams.set("room", room);
  const answer = await ask(url, { timeoutMs: TIMEOUT_MS, signal }).catch((error) => {
    throw new ProvisionError(messageOf(error));
  });
  const { ok, status, headers, body, problem } = answer;
  if (ok) return serverIn(body, url.host);
  const what = status === 503 ? "has no server for this room" : `refused with HTTP ${status}`;
  const why = problem === null ? "" : `: ${problem}`;
  throw new ProvisionError(`${url.host} ${what}${why}`, retryAfter(headers.get("retry-after")));
}

function serverIn(body: unknown, host: string): string {
  const server = isObject(body) ? body.url : null;
  if (typeof server === "string" && isSocketUrl(server)) return server;
  throw new ProvisionError(`${host} answers, but not as a balancer does`);
}

/** Seconds, as our balancers say it; the other form, a date, is for documents. */
function retryAfter(header: string | null): number {
  const seconds = /^\d{1,9}$/.test(header ?? "") ? Number(header) : 0;
  return Math.min(seconds * 1000, MAX_RETRY_AFTER_MS);
}
