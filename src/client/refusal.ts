import { systemCode } from "../lib/errors.ts";
import { isObject } from "../protocol/json.ts";

const TIMEOUT_MS = 3000;

/**
 * Why a WebSocket address cannot be connected to, in words. The WebSocket standard hides the HTTP answer from
 * its callers, so the same address is asked again without the upgrade.
 */
export async function explainRefusal(url: string): Promise<string> {
  const address = new URL(url);
  const host = address.host;
  address.protocol = address.protocol === "wss:" ? "https:" : "http:";
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "manual" });
    const body: unknown = await response.json().catch(() => null);
    const problem = isObject(body) && typeof body.error === "string" ? body.error : null;
    if (response.status === 426) return `${host} answers, but the WebSocket could not be opened`;
    return `${host} refused with HTTP ${response.status}${problem === null ? "" : `: ${problem}`}`;
  } catch (error) {
    const code = systemCode(error);
    if (code === "ConnectionRefused" || code === "ECONNREFUSED") return `nothing listens on ${host}`;
    if (code === "ENOTFOUND" || code === "FailedToOpenSocket") return `${host} cannot be found`;
    return `${host} does not answer`;
  }
}
