import { openBunSocket } from "../client/bun-socket.ts";
import { Connection, type ConnectionListener } from "../client/connection.ts";
import { askForRefusal } from "../client/refusal.ts";
import { OperationError } from "../lib/errors.ts";
import { type Random, randomId } from "../lib/random.ts";
import { excerpt } from "../lib/sanitise.ts";
import { type PresenceMode, roomUrl } from "../protocol/handshake.ts";
import type { Place } from "./io.ts";

/** A connection into `place` that has not been made yet. */
export function connectionTo(
  place: Place,
  presence: PresenceMode,
  random: Random,
  listener: ConnectionListener,
): Connection {
  const session = randomId(random, 24);
  return new Connection({ ...place, session, presence, random, openSocket: openBunSocket }, listener);
}

/** Why `place` could not be joined, as an error for people. */
export async function refusedJoin({ url, room, name, token }: Place): Promise<OperationError> {
  const addressAt = (server: string) => roomUrl(server, room, { name });
  const current = token?.() ?? null;
  const { status, explanation } = await askForRefusal({ url, room, addressAt, token: current });
  const advice = status === 401 && current === null ? "; --token-file FILE brings one" : "";
  return new OperationError(`Cannot join ${excerpt(room)}: ${explanation}${advice}`);
}
