import type { OpenSocket } from "./socket.ts";

/**
 * Without compression, which Bun would offer by itself: our servers agree to none, and with others an encrypted load test,
 * which has these sockets, would measure zlib.
 */
export const openBunSocket: OpenSocket = (url, subprotocols) =>
  new WebSocket(url, { protocols: subprotocols, perMessageDeflate: false });
