import { FakeClock } from "../lib/clock.ts";
import type { Authenticator, Grant } from "../protocol/grant.ts";

const HOUR_MS = 3_600_000;

/** For tests: knows the tokens that it has given out, and stands still in time until it is told to move. */
export class FakeAuthenticator implements Authenticator {
  readonly clock = new FakeClock();
  /** Tokens that it was asked about. */
  verified = 0;
  private readonly grants = new Map<string, Grant>();

  /** A token that lasts for `lifeMs`; all of them have "secret." in them. */
  token(name: string, rooms: string[] = ["*"], lifeMs = HOUR_MS): string {
    const token = `secret.${name}.${this.grants.size}`;
    this.grants.set(token, { name, rooms, expiresAt: this.clock.now() + lifeMs });
    return token;
  }

  verify = async (token: string): Promise<Grant | { problem: string }> => {
    this.verified++;
    const grant = this.grants.get(token);
    if (grant === undefined) return { problem: "the token is not known here" };
    return grant.expiresAt > this.clock.now() ? grant : { problem: "the token has expired" };
  };
}
