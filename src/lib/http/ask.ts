import { isObject, parseJson } from "../json.ts";
import { explainFailure } from "./failure.ts";

/** What an HTTP server answered. */
export interface HttpAnswer {
  ok: boolean;
  status: number;
  headers: Headers;
  text: string;
  /** The text as JSON; `undefined` where it is none. */
  body: unknown;
  /** What was wrong, as a server of ours says it; `null` where nothing is said. */
  problem: string | null;
}

export interface AskOptions extends Pick<RequestInit, "headers" | "redirect"> {
  timeoutMs: number;
  /** Ends the asking before. */
  signal?: AbortSignal | undefined;
}

/** Asks for what is at an address, without cookies or caches. Rejects with an `Error` that says why there is no answer. */
export async function ask(url: URL, { timeoutMs, signal, ...init }: AskOptions): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const ended = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  try {
    const response = await fetch(url, { ...init, signal: ended, credentials: "omit", cache: "no-store" });
    const { ok, status, headers } = response;
    const text = await response.text();
    const body = parseJson(text);
    const problem = isObject(body) && typeof body.error === "string" ? body.error : null;
    return { ok, status, headers, text, body, problem };
  } catch (error) {
    throw new Error(explainFailure(error, url.host));
  }
}
