import { closeCodes } from "../protocol/close-codes.ts";
import { roomUrl } from "../protocol/handshake.ts";
import { askForRefusal } from "./refusal.ts";
import type { RouteOptions } from "./route.ts";

/** A server that is full or about to come back is not asked by everyone at each try. */
const PAUSE_MS = 10_000;

/**
 * Finds out whether a client that does not come in lacks the right token: to a client, a handshake that is refused
 * looks like one that nobody answers, and it would try for ever.
 */
export class Inquiry {
  private readonly ending = new AbortController();
  private askedAt = Number.NEGATIVE_INFINITY;

  /** `onRefused`: trying again with this token is in vain. */
  constructor(
    private readonly of: Pick<RouteOptions, "url" | "room" | "token">,
    private readonly onRefused: (reason: string, code: number) => void,
  ) {}

  /** The client could not come in. */
  begin(): void {
    const now = performance.now();
    if (now - this.askedAt < PAUSE_MS) return;
    this.askedAt = now;
    void this.ask();
  }

  /** The answer is not wanted any more. */
  end(): void {
    this.ending.abort();
  }

  private async ask(): Promise<void> {
    const { url, room, token } = this.of;
    const addressAt = (server: string) => roomUrl(server, room);
    const { signal } = this.ending;
    const { status, problem } = await askForRefusal(
      { url, room, addressAt, token: token?.() ?? null },
      signal,
    );
    if (signal.aborted || (status !== 401 && status !== 403)) return;
    const { code, reason } = status === 401 ? closeCodes.tokenExpired : closeCodes.roomForbidden;
    this.onRefused(problem ?? reason, code);
  }
}
