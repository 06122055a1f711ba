import { leanSockets } from "../../../src/client/lean-socket.ts";
import type { ClientSocket, OpenSocket } from "../../../src/client/socket.ts";
import { natsWords } from "./nats.ts";
import { socketIoWords } from "./socket-io.ts";
import { translated } from "./translated-socket.ts";

/** What stands between a chat frame and the WebSocket that carries it. */
export type Wire = "websocket" | "socket.io" | "nats";

/** Sockets that cost a client alike, so that servers are compared; those of NATS are the exception. */
export const WIRES: Record<Wire, OpenSocket> = {
  websocket: leanSockets(),
  "socket.io": translated(socketIoWords, leanSockets()),
  nats: translated(natsWords, openBinary),
};

/** Kept, because in `on-wire.ts` other sockets take its place. */
const NativeWebSocket = WebSocket;

/** NATS answers in binary messages, which the load test's own sockets do not know; these cost a client more. */
function openBinary(url: string): ClientSocket {
  const socket = new NativeWebSocket(url, { perMessageDeflate: false });
  socket.binaryType = "nodebuffer";
  return socket;
}
