import { NATIVE_SUBPROTOCOL } from "../protocol/handshake.ts";
import { until } from "./test-client.ts";

// For tests: a WebSocket client out of bytes, which can do what a well-behaved one never does.

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A TCP connection and the bytes that came over it. */
export class RawClient {
  private chunks: Buffer[] = [];
  private unsaid: Buffer = Buffer.alloc(0);
  received = 0;
  ended = false;

  private constructor(private readonly socket: Awaited<ReturnType<typeof Bun.connect>>) {}

  /** `reads: false`: takes nothing from the network, ever. */
  static async connect(port: number, { reads = true } = {}): Promise<RawClient> {
    let client: RawClient | undefined;
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        data(_, bytes) {
          client!.chunks.push(Buffer.from(bytes));
          client!.received += bytes.length;
        },
        drain() {
          client?.flush();
        },
        close() {
          if (client !== undefined) client.ended = true;
        },
        error() {},
      },
    });
    client = new RawClient(socket);
    if (!reads) socket.pause();
    return client;
  }

  /** What the network does not take at once goes when it does. */
  write(bytes: string | Uint8Array): void {
    const said = Buffer.from(bytes as string);
    this.unsaid = this.unsaid.length === 0 ? said : Buffer.concat([this.unsaid, said]);
    this.flush();
  }

  private flush(): void {
    this.unsaid = this.unsaid.subarray(Math.max(0, this.socket.write(this.unsaid)));
  }

  /** Sends the request that opens a WebSocket. */
  handshake(path: string, subprotocol: string | null = NATIVE_SUBPROTOCOL, headers: string[] = []): void {
    const lines = [
      `GET ${path} HTTP/1.1`,
      "Host: 127.0.0.1",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      ...(subprotocol === null ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
      ...headers,
    ];
    this.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  /** Opens a WebSocket and waits until the server has agreed. */
  static async open(port: number, path: string, subprotocol?: string | null): Promise<RawClient> {
    const client = await RawClient.connect(port);
    client.handshake(path, subprotocol);
    await until(() => client.text.includes("\r\n\r\n"), "the answer to the handshake");
    if (!client.text.startsWith("HTTP/1.1 101 ")) throw new Error(client.text);
    return client;
  }

  send(opcode: number, payload: string | Uint8Array, final = true): void {
    this.write(clientFrame(opcode, payload, final));
  }

  /** Everything received, with its bytes as characters. */
  get text(): string {
    return this.bytes.toString("latin1");
  }

  /** Text frames that came after the handshake. */
  get frames(): string[] {
    return this.payloads("text").map(String);
  }

  /** The code of the close frame that came, or `null`. */
  get closeCode(): number | null {
    const [close] = this.payloads("close");
    return close === undefined || close.length < 2 ? null : close.readUInt16BE(0);
  }

  /** What the frames of a kind held that came after the handshake. */
  payloads(kind: keyof typeof OPCODE): Buffer[] {
    return this.parse()
      .filter(({ opcode }) => opcode === OPCODE[kind])
      .map(({ payload }) => payload);
  }

  /** Ends the connection without a word. */
  terminate(): void {
    this.socket.terminate();
  }

  private get bytes(): Buffer {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0] ?? Buffer.alloc(0);
  }

  private parse(): Array<{ opcode: number; payload: Buffer }> {
    const { bytes } = this;
    const head = bytes.indexOf("\r\n\r\n");
    const frames: Array<{ opcode: number; payload: Buffer }> = [];
    let at = head < 0 ? bytes.length : head + 4;
    while (at + 2 <= bytes.length) {
      let length = bytes[at + 1]! & 0x7f;
      let start = at + 2;
      if (length === 126) [length, start] = [bytes.readUInt16BE(start), start + 2];
      else if (length === 127) [length, start] = [Number(bytes.readBigUInt64BE(start)), start + 8];
      if (start + length > bytes.length) break;
      frames.push({ opcode: bytes[at]! & 0x0f, payload: bytes.subarray(start, start + length) });
      at = start + length;
    }
    return frames;
  }
}

/** A masked frame, as RFC 6455 section 5.2 wants it of clients. */
export function clientFrame(opcode: number, payload: string | Uint8Array, final = true): Buffer {
  const body = Buffer.from(payload as string);
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  const head = Buffer.alloc(body.length < 126 ? 2 : body.length < 65_536 ? 4 : 10);
  head[0] = (final ? 0x80 : 0) | opcode;
  if (head.length === 2) head[1] = 0x80 | body.length;
  else if (head.length === 4) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(body.length, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(body.length), 2);
  }
  for (let index = 0; index < body.length; index++) body[index]! ^= mask[index % 4]!;
  return Buffer.concat([head, mask, body]);
}
