import { messageOf } from "../lib/errors.ts";
import { explainFailure } from "../lib/http/failure.ts";
import { isObject } from "../protocol/json.ts";
import { isBalancerUrl, provision } from "./provision.ts";
import type { Destination } from "./provisioned-socket.ts";

const TIMEOUT_MS = 3000;

/**
 * Why a room cannot be connected to, in words. The WebSocket standard hides the HTTP answer from its callers, so the
 * same address is asked again without the upgrade.
 */
export async function explainRefusal(to: Omit<Destination, "subprotocols">): Promise<string> {
  let server = to.url;
  try {
    if (isBalancerUrl(to.url)) server = await provision(to.url, to.room);
  } catch (error) {
    return messageOf(error);
  }
  const address = new URL(to.addressAt(server));
  const host = address.host;
  address.protocol = address.protocol === "wss:" ? "https:" : "http:";
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "manual" });
    const body: unknown = await response.json().catch(() => null);
    const problem = isObject(body) && typeof body.error === "string" ? body.error : null;
    if (response.status === 426) return `${host} answers, but the WebSocket could not be opened`;
    return `${host} refused with HTTP ${response.status}${problem === null ? "" : `: ${problem}`}`;
  } catch (error) {
    return explainFailure(error, host);
  }
}
