/**
 * The part of the WebSocket standard that clients use; browsers and Bun both have it. Handlers name the part of
 * the event that they read: `never` lets both worlds' event types fit.
 */
export interface ClientSocket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(frame: string): void;
  close(code?: number, reason?: string): void;
  /** Ends at once, without waiting for the other side. Browsers do not have it. */
  terminate?(): void;
}

/** What a client reads of a close event. */
export interface SocketClose {
  code: number;
  reason: string;
  /** Asked of the client before it comes again, milliseconds; only where a balancer was asked. */
  retryAfterMs?: number;
}

/** Opens a socket; with no subprotocols, none are offered. Throws only on an address that is none. */
export type OpenSocket = (url: string, subprotocols: string[]) => ClientSocket;
