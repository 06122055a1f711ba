import { openBunSocket } from "../../../src/client/bun-socket.ts";
import type { OpenSocket } from "../../../src/client/socket.ts";
import { natsWords } from "./nats.ts";
import { socketIoWords } from "./socket-io.ts";
import { translated } from "./translated-socket.ts";

/** What stands between a chat frame and the WebSocket that carries it. */
export type Wire = "websocket" | "socket.io" | "nats";

export const WIRES: Record<Wire, OpenSocket> = {
  websocket: openBunSocket,
  "socket.io": translated(socketIoWords),
  nats: translated(natsWords),
};
