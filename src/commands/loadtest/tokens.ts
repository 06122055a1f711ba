import { timeOfDay } from "../../lib/clock.ts";
import type { SignToken } from "../../loadtest/crowd/tokens.ts";
import type { LoadOptions } from "../../loadtest/options.ts";
import { openSigner } from "../auth.ts";

/** For signing the tokens themselves, for goodbyes, and for clocks that differ. */
const TOKEN_MARGIN_MS = 600_000;

/** What signs a token for each client of a test, which lasts as long as the test may take; without keys, nothing does. */
export async function openTokens(
  keyFiles: readonly string[] | undefined,
): Promise<(load: LoadOptions) => SignToken | undefined> {
  if (keyFiles === undefined) return () => undefined;
  const sign = await openSigner(keyFiles);
  return ({ ramp, connectTimeout, duration, settle }) => {
    const expiresAt = timeOfDay.now() + ramp + connectTimeout + duration + settle + TOKEN_MARGIN_MS;
    return (name, room) => sign({ name, rooms: [room], expiresAt });
  };
}
