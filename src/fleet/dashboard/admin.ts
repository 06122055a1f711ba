/** The operator's token: in this page's memory and nowhere else, so that closing the page forgets it. */
let token: string | null = null;

export function hasToken(): boolean {
  return token !== null;
}

export function keepToken(given: string): void {
  token = given;
}

export function forgetToken(): void {
  token = null;
}

/** How an order went: a sentence either way. `isDenied`: the token is not the right one, or is missing. */
export type Outcome = { ok: true; sentence: string } | { ok: false; sentence: string; isDenied: boolean };

export function spawnServer(): Promise<Outcome> {
  return order("POST", "servers", "A server is being spawned");
}

export function drainServer(id: string): Promise<Outcome> {
  return order("DELETE", `servers/${encodeURIComponent(id)}`, `${id} is being drained`);
}

async function order(method: string, path: string, done: string): Promise<Outcome> {
  try {
    const headers: HeadersInit = token === null ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(path, { method, headers });
    const answer = (await response.json().catch(() => ({}))) as { error?: unknown; reason?: unknown };
    if (response.ok) {
      return { ok: true, sentence: typeof answer.reason === "string" ? answer.reason : done };
    }
    const sentence =
      typeof answer.error === "string"
        ? answer.error
        : `the balancer answered with status ${response.status}`;
    return { ok: false, sentence, isDenied: response.status === 401 };
  } catch (error) {
    // A header cannot carry every character: that is the token's fault, not the network's.
    const isHeader = error instanceof TypeError && token !== null && !/^[\x21-\x7e]+$/.test(token);
    if (isHeader)
      return { ok: false, sentence: "a token has printable ASCII characters only", isDenied: true };
    return { ok: false, sentence: "the balancer does not answer", isDenied: false };
  }
}
