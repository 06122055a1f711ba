import { messageOf } from "../lib/errors.ts";
import { explainFailure } from "../lib/http/failure.ts";
import { isObject } from "../lib/json.ts";
import { isBalancerUrl, provisionFor } from "./provision.ts";
import type { Destination } from "./provisioned-socket.ts";

const TIMEOUT_MS = 3000;

/** Why a room cannot be connected to. */
export interface Refusal {
  /** Of the server's HTTP answer; `null` where there was none. */
  status: number | null;
  /** What the server said about it. */
  problem: string | null;
  /** All of it, in words. */
  explanation: string;
}

/**
 * Asks why a room cannot be connected to. The WebSocket standard hides the HTTP answer from its callers, so the same
 * address is asked again without the upgrade.
 */
export async function askForRefusal(
  to: Omit<Destination, "subprotocols">,
  signal?: AbortSignal,
): Promise<Refusal> {
  let server = to.url;
  try {
    if (isBalancerUrl(to.url)) server = await provisionFor(to, signal);
  } catch (error) {
    return noAnswer(messageOf(error));
  }
  const address = new URL(to.addressAt(server));
  const host = address.host;
  address.protocol = address.protocol === "wss:" ? "https:" : "http:";
  try {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(address, {
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      headers: to.token === null ? {} : { authorization: `Bearer ${to.token}` },
      redirect: "manual",
      credentials: "omit",
      cache: "no-store",
    });
    const body: unknown = await response.json().catch(() => null);
    const problem = isObject(body) && typeof body.error === "string" ? body.error : null;
    const { status } = response;
    return { status, problem, explanation: explain(host, status, problem) };
  } catch (error) {
    return noAnswer(explainFailure(error, host));
  }
}

function explain(host: string, status: number, problem: string | null): string {
  if (status === 426) return `${host} answers, but the WebSocket could not be opened`;
  return `${host} refused with HTTP ${status}${problem === null ? "" : `: ${problem}`}`;
}

function noAnswer(explanation: string): Refusal {
  return { status: null, problem: null, explanation };
}
