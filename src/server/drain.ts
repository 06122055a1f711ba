import type { Logger } from "../lib/log.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import type { ChatPort } from "./chat-port.ts";
import type { Door } from "./edge.ts";
import type { Session } from "./session.ts";

/** Closing everyone at once would send everyone to the next server at once. */
const BATCH = 500;
const BATCH_PAUSE_MS = 20;
/** The part of the time to stop in which clients are told where to go. */
const SPREAD = 0.6;
const SPREAD_PAUSE_MS = 50;

/** Where a client of a room goes on, `ws://host:port`; `null` where nobody knows. Asked once for each client. */
export type DrainTarget = (room: string | null) => string | null;

interface DrainOptions {
  timeoutMs: number;
  target: DrainTarget;
  /** Sends what waits for more to go with it. */
  flush: () => void;
  log: Logger;
}

/**
 * Ends a server in order: no new clients, those who can are sent elsewhere, every accepted message stored and
 * delivered, every client closed with its code, the listener gone. What is not done after `timeoutMs` is cut.
 */
export async function drain(
  port: ChatPort,
  door: Door,
  { timeoutMs, target, flush, log }: DrainOptions,
): Promise<void> {
  door.closed = "this server is stopping";
  log.info("draining", { connections: door.sessions.size });
  const deadline = Promise.withResolvers<"late">();
  const timer = setTimeout(() => deadline.resolve("late"), timeoutMs);
  const ended = sendAway(door, target, timeoutMs)
    .then(() => closeAll(door, flush))
    .then(() => "done" as const);
  if ((await Promise.race([ended, deadline.promise])) === "late") {
    log.warn("drain_timeout", { connections: door.sessions.size });
    for (const session of door.sessions) session.end(closeCodes.serverStopping);
    await Bun.sleep(BATCH_PAUSE_MS);
  }
  // Left running, it would keep the process alive for the whole of the timeout.
  clearTimeout(timer);
  // With open sockets a plain stop never resolves.
  await port.stop();
}

/**
 * Asks everyone to go on elsewhere, spread over most of the time, so that the other server meets them one after
 * the other; resolves when they have gone, or when the time to wait for them is over.
 */
async function sendAway(door: Door, target: DrainTarget, timeoutMs: number): Promise<void> {
  const leaving = [...door.sessions]
    .filter(({ isMovable }) => isMovable)
    .map((session) => ({ session, url: target(session.roomName) }))
    .filter((move): move is { session: Session; url: string } => move.url !== null);
  const spreadMs = timeoutMs * SPREAD;
  const perTurn = Math.max(1, Math.ceil((leaving.length * SPREAD_PAUSE_MS) / spreadMs));
  const withinMs = Math.round((timeoutMs - spreadMs) / 2);
  for (let from = 0; from < leaving.length; from += perTurn) {
    for (const { session, url } of leaving.slice(from, from + perTurn)) {
      session.redistribute("this server is stopping", url, withinMs);
    }
    await Bun.sleep(SPREAD_PAUSE_MS);
  }
  const deadline = performance.now() + withinMs;
  while (leaving.some(({ session }) => door.sessions.has(session)) && performance.now() < deadline) {
    await Bun.sleep(BATCH_PAUSE_MS);
  }
}

async function closeAll(door: Door, flush: () => void): Promise<void> {
  const leaving = [...door.sessions];
  await Promise.all(leaving.map((session) => session.settle()));
  for (let from = 0; from < leaving.length; from += BATCH) {
    flush();
    // Before the first ones too: what was published in this tick has not left yet.
    await Bun.sleep(BATCH_PAUSE_MS);
    for (const session of leaving.slice(from, from + BATCH)) session.end(closeCodes.serverStopping);
  }
  await Bun.sleep(BATCH_PAUSE_MS);
}
