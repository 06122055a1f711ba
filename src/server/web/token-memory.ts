import { isToken } from "../../protocol/bearer.ts";

const KEY = "scale-chat.token";

/**
 * Remembers tokens until the tab is closed, each for the chat that it was typed in for: a link can name any balancer, and
 * must not get what belongs to another. A browser that keeps nothing is asked again after a reload.
 */
export class TokenMemory {
  private readonly current = new Map<string, string | null>();

  /** `storage` may throw: browsers do when storage is blocked. */
  constructor(private readonly storage: () => Pick<Storage, "getItem" | "setItem" | "removeItem">) {}

  /** `balancer`: where the token is for; `null`: the page's own server. */
  recall(balancer: string | null): string | null {
    const key = keyOf(balancer);
    if (!this.current.has(key)) this.current.set(key, this.read(key));
    return this.current.get(key) ?? null;
  }

  keep(balancer: string | null, token: string | null): void {
    const key = keyOf(balancer);
    this.current.set(key, token);
    try {
      if (token === null) this.storage().removeItem(key);
      else this.storage().setItem(key, token);
    } catch {}
  }

  private read(key: string): string | null {
    try {
      const token = this.storage().getItem(key);
      return token !== null && isToken(token) ? token : null;
    } catch {
      return null;
    }
  }
}

function keyOf(balancer: string | null): string {
  return balancer === null ? KEY : `${KEY} ${balancer}`;
}
