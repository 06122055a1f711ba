import { closeCodes } from "../protocol/close-codes.ts";
import type { ClientSocket } from "./socket.ts";

const TIMEOUT_MS = 2000;

/**
 * Closes a socket politely. Resolves when the other side has said goodbye too; when it does not within two
 * seconds, the socket is cut: a server that hangs would keep it, and with it the process, for as long as it likes.
 * Whatever the socket still tells goes nowhere.
 */
export function sayGoodbye(socket: ClientSocket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      socket.onclose = null;
      socket.terminate?.();
      resolve();
    }, TIMEOUT_MS);
    socket.onmessage = null;
    socket.onclose = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.close(closeCodes.normal.code, closeCodes.normal.reason);
  });
}

/** Ends a socket at once: it is closed already, or nobody answers on it. */
export function cut(socket: ClientSocket): void {
  socket.onmessage = null;
  socket.onclose = null;
  if (socket.terminate === undefined) socket.close();
  else socket.terminate();
}
