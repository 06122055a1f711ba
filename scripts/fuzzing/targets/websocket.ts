import { clientFrame } from "../../../src/server/test-raw-client.ts";
import type { Chance } from "../chance.ts";
import { exchange } from "../exchange.ts";
import { mutateBytes, mutateJson } from "../mutate.ts";
import { startUnderFire } from "../server.ts";
import { promise, type Target } from "../target.ts";
import { CLIENT_FRAMES } from "./frames.ts";

const ROOMS = ["/", "/ws", "/ws/r?presence=names", "/ws/s?history=20", "/ws/r?since=x:1"];
/** Opcodes of RFC 6455 by how often they come. */
const OPCODES = [1, 1, 1, 1, 1, 1, 0, 0, 2, 8, 9, 10, 3, 15];

/** Bytes behind a handshake: whatever comes back are frames of a server, and JSON within them. */
export async function websocket(): Promise<Target> {
  const server = await startUnderFire();
  return {
    parallel: 64,
    async attempt(chance, note) {
      const path = chance.pick(ROOMS);
      const isNative = path !== "/" && chance.odds(0.7);
      const frames = Array.from({ length: 1 + chance.below(8) }, () => frame(chance));
      const bytes = mutateBytes(chance, Buffer.concat(frames));
      note({ path, isNative, bytes: bytes.toString("latin1") });
      const said = Buffer.concat([handshake(path, isNative), bytes]);
      judge(await exchange(server.port, said, true));
    },
    check: server.check,
    close: server.close,
  };
}

function frame(chance: Chance): Buffer {
  const opcode = chance.pick(OPCODES);
  const payload =
    opcode === 8 && chance.odds(0.8)
      ? Buffer.from([chance.below(20), chance.below(256)])
      : chance.odds(0.1)
        ? chance.bytes(chance.below(300))
        : Buffer.from(mutateJson(chance, chance.pick(CLIENT_FRAMES)));
  return clientFrame(opcode, payload, chance.odds(0.85));
}

export function handshake(path: string, isNative: boolean): Buffer {
  return Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${isNative ? "Sec-WebSocket-Protocol: scale-chat.v1\r\n" : ""}\r\n`,
  );
}

/** Throws unless these are whole frames as RFC 6455 has them of a server; the last may be cut off by the end. */
function judge(answer: Buffer): void {
  const head = answer.indexOf("\r\n\r\n");
  promise(answer.toString("latin1", 0, 12) === "HTTP/1.1 101" && head > 0, "the handshake is agreed to");
  for (let at = head + 4; at + 2 <= answer.length; ) {
    const [first, second] = [answer[at]!, answer[at + 1]!];
    promise((first & 0xf0) === 0x80, "a frame of a server is whole, without reserved bits");
    promise(
      [1, 8, 9, 10].includes(first & 0x0f) && second < 128,
      "a frame of a server is known, and not masked",
    );
    const start = at + (second < 126 ? 2 : second === 126 ? 4 : 10);
    if (start > answer.length) return;
    const length =
      second < 126 ? second : second === 126 ? answer.readUInt16BE(at + 2) : answer.readUInt32BE(at + 6);
    if (start + length > answer.length) return;
    if ((first & 0x0f) === 1) JSON.parse(answer.toString("utf8", start, start + length));
    at = start + length;
  }
}
