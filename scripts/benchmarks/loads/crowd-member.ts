/**
 * One of the processes behind `crowd.ts`: brings its share of the clients into one room, as fast as the server takes
 * them, and notes when they hear something.
 */

import type { ClientSocket } from "../../../src/client/socket.ts";
import { alignedClock } from "../../../src/lib/clock.ts";
import type { DialectName } from "../../../src/protocol/dialect.ts";
import { dialects } from "../../../src/protocol/dialects.ts";
import { NATIVE_SUBPROTOCOL, roomUrl } from "../../../src/protocol/handshake.ts";
import { WIRES, type Wire } from "../wires/wire.ts";

export type CrowdOrder =
  | { type: "connect"; url: string; dialect: DialectName; wire: Wire; clients: number }
  | { type: "listen"; marker: string }
  | { type: "say"; marker: string };
export type CrowdNews =
  | { type: "ready" }
  /** Times in milliseconds since the epoch. */
  | { type: "connected"; at: number; cpuSeconds: number }
  | { type: "listening" }
  | { type: "said"; at: number }
  | { type: "heard"; at: number };

const ROOM = "crowd";
/** Handshakes under way at a time: a listen queue that overflows would measure the system's retries. */
const AT_ONCE = 100;

const clock = alignedClock();
const sockets: ClientSocket[] = [];
let marker = "";
let missing = 0;
let speaker: { dialect: DialectName; id: number } = { dialect: "plain", id: 0 };

process.on("message", async (order: CrowdOrder) => {
  if (order.type === "connect") {
    speaker = { dialect: order.dialect, id: 0 };
    const before = process.cpuUsage();
    await connect(order);
    const { user, system } = process.cpuUsage(before);
    tell({ type: "connected", at: clock.now(), cpuSeconds: (user + system) / 1e6 });
  } else if (order.type === "listen") {
    marker = order.marker;
    missing = sockets.length;
    tell({ type: "listening" });
  } else {
    const { dialect } = speaker;
    const message = { messageId: ++speaker.id, text: order.marker, sender: "one", room: ROOM };
    const at = clock.now();
    sockets[0]!.send(dialects[dialect].encodeFromClient({ ...message, sentAt: new Date(at).toISOString() }));
    tell({ type: "said", at });
  }
});
process.on("disconnect", () => process.exit());
tell({ type: "ready" });

/** Resolves when all are in; rejects when one is refused. */
function connect({ url, dialect, wire, clients }: Extract<CrowdOrder, { type: "connect" }>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const address = roomUrl(url, ROOM, dialect === "native" ? { presence: "none" } : {});
  const subprotocols = dialect === "native" ? [NATIVE_SUBPROTOCOL] : [];
  let [begun, inside] = [0, 0];
  const next = () => {
    if (begun === clients) return;
    begun++;
    const socket = WIRES[wire](address, subprotocols);
    let isIn = false;
    const enter = () => {
      if (isIn) return;
      isIn = true;
      sockets.push(socket);
      if (++inside === clients) resolve();
      next();
    };
    // A native client is in when it is welcomed; the others are told nothing.
    if (dialect !== "native") socket.onopen = enter;
    socket.onmessage = ({ data }: { data: string }) => {
      enter();
      hear(data);
    };
    socket.onclose = ({ code }: { code: number }) => reject(new Error(`a client was closed with ${code}`));
  };
  while (begun < Math.min(clients, AT_ONCE)) next();
  return promise;
}

function hear(frame: string): void {
  if (marker === "" || !frame.includes(marker)) return;
  if (--missing === 0) tell({ type: "heard", at: clock.now() });
}

function tell(news: CrowdNews): void {
  process.send?.(news);
}
