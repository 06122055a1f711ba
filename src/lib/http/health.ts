import { OperationError } from "../errors.ts";
import { isObject } from "../json.ts";
import { excerpt } from "../sanitise.ts";
import { explainFailure } from "./failure.ts";

/**
 * Asks an admin port for `/healthz` or `/readyz`. Resolves when the answer is yes; throws `OperationError` with the
 * reason when it is no, or when there is none within the time.
 */
export async function checkHealth(url: URL, timeoutMs: number): Promise<void> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: "manual" });
    body = await response.json().catch(() => null);
  } catch (error) {
    throw new OperationError(`Not healthy: ${explainFailure(error, url.host)}`);
  }
  if (response.ok) return;
  const reason = isObject(body) ? body.reason : undefined;
  const why =
    typeof reason === "string"
      ? excerpt(reason, 200)
      : `${url.host} answers ${url.pathname} with HTTP ${response.status}`;
  throw new OperationError(`Not healthy: ${why}`);
}
