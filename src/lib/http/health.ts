import { messageOf, OperationError } from "../errors.ts";
import { isObject } from "../json.ts";
import { excerpt } from "../sanitise.ts";
import { ask } from "./ask.ts";

/**
 * Asks an admin port for `/healthz` or `/readyz`. Resolves when the answer is yes; throws `OperationError` with the
 * reason when it is no, or when there is none within the time.
 */
export async function checkHealth(url: URL, timeoutMs: number): Promise<void> {
  const { ok, status, body } = await ask(url, { timeoutMs, redirect: "manual" }).catch((error) => {
    throw new OperationError(`Not healthy: ${messageOf(error)}`);
  });
  if (ok) return;
  const reason = isObject(body) ? body.reason : undefined;
  const why =
    typeof reason === "string"
      ? excerpt(reason, 200)
      : `${url.host} answers ${url.pathname} with HTTP ${status}`;
  throw new OperationError(`Not healthy: ${why}`);
}
