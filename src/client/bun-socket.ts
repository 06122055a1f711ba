import type { OpenSocket } from "./socket.ts";

/** Without compression: Bun would offer it, and a load test would then measure zlib. */
export const openBunSocket: OpenSocket = (url, subprotocols) =>
  new WebSocket(url, { protocols: subprotocols, perMessageDeflate: false });
