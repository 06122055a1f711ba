import { messageOf } from "../lib/errors.ts";
import { ask } from "../lib/http/ask.ts";
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
    const headers: Record<string, string> = to.token === null ? {} : { authorization: `Bearer ${to.token}` };
    const { status, problem } = await ask(address, {
      timeoutMs: TIMEOUT_MS,
      signal,
      headers,
      redirect: "manual",
    });
    return { status, problem, explanation: explain(host, status, problem) };
  } catch (error) {
    return noAnswer(messageOf(error));
  }
}

function explain(host: string, status: number, problem: string | null): string {
  if (status === 426) return `${host} answers, but the WebSocket could not be opened`;
  return `${host} refused with HTTP ${status}${problem === null ? "" : `: ${problem}`}`;
}

function noAnswer(explanation: string): Refusal {
  return { status: null, problem: null, explanation };
}
