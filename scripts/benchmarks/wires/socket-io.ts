import type { Understood, Words } from "./translated-socket.ts";

const NOTHING: Understood = { frames: [], answer: null, isIn: false };
/** Engine.IO 4 "message" (4) that carries a Socket.IO 5 "event" (2) named "message". */
const EVENT = '42["message",';

/**
 * Socket.IO over WebSockets from the start, as its protocol document tells it: https://socket.io/docs/v4/socket-io-protocol.
 * Far less work for a client than the official library's, so that the server is measured.
 */
export function socketIoWords(url: string): Words {
  const { host, pathname } = new URL(url);
  const room = pathname.slice(pathname.lastIndexOf("/") + 1);
  return {
    url: `ws://${host}/socket.io/?EIO=4&transport=websocket&room=${room}`,
    say: (frame) => `${EVENT}${frame}]`,
    understand(data) {
      if (data.startsWith(EVENT)) return { ...NOTHING, frames: [data.slice(EVENT.length, -1)] };
      // The transport is open: the default namespace is asked for.
      if (data.startsWith("0")) return { ...NOTHING, answer: "40" };
      if (data.startsWith("40")) return { ...NOTHING, isIn: true };
      return data === "2" ? { ...NOTHING, answer: "3" } : NOTHING;
    },
  };
}
