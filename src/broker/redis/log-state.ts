import type { Cluster, Redis } from "ioredis";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";

/** Where nothing else is known. */
const CLOSED = "the connection was closed";

/**
 * One line when a connection is there and one when it is lost, however often it is tried again in between. Call the
 * answer before the connection is closed on purpose.
 */
export function logState(connection: Redis | Cluster, use: string, log: Logger): () => void {
  let error = CLOSED;
  let isThere = false;
  connection.on("error", (reason) => {
    error = messageOf(reason);
    log.debug("redis_error", { use, error });
  });
  connection.on("ready", () => {
    isThere = true;
    error = CLOSED; // It was why an earlier connection failed.
    log.info("redis_ready", { use });
  });
  connection.on("close", () => {
    if (isThere) log.warn("redis_lost", { use, error });
    isThere = false;
  });
  return () => {
    isThere = false;
  };
}
