import { randomBytes } from "node:crypto";

/** RFC 6455, 1.3. */
const ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const HEAD_END = "\r\n\r\n";
/** An answer with a longer head is none. */
const MAX_HEAD_BYTES = 16_384;

/** What a server said to the handshake. */
export interface Answer {
  /** Why the WebSocket is not open; `null` where it is. */
  problem: string | null;
  /** What came behind the answer. */
  rest: Buffer;
}

/** The opening handshake of one WebSocket, from its client's side (RFC 6455, 4.1). */
export class Opening {
  private readonly key = randomBytes(16).toString("base64");
  /** Of the answer, so far. */
  private unread: Buffer | null = null;

  constructor(
    private readonly url: URL,
    private readonly subprotocols: readonly string[],
  ) {}

  get request(): string {
    const { host, pathname, search } = this.url;
    return [
      `GET ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${this.key}`,
      ...(this.subprotocols.length === 0 ? [] : [`Sec-WebSocket-Protocol: ${this.subprotocols.join(", ")}`]),
      "\r\n",
    ].join("\r\n");
  }

  /** Bytes came; `null` while the head of the answer is not whole. */
  read(bytes: Buffer): Answer | null {
    const all = this.unread === null ? bytes : Buffer.concat([this.unread, bytes]);
    const end = all.indexOf(HEAD_END);
    if (end < 0 && all.length < MAX_HEAD_BYTES) {
      this.unread = Buffer.from(all);
      return null;
    }
    const head = all.toString("latin1", 0, Math.max(0, end));
    return { problem: this.problemOf(head), rest: all.subarray(end + HEAD_END.length) };
  }

  /** What is wrong with the head of an HTTP answer, or `null` where it opens the WebSocket. */
  private problemOf(head: string): string | null {
    const [line = "", ...fields] = head.split("\r\n");
    const status = /^HTTP\/1\.1 (\d{3})\b/.exec(line)?.[1];
    if (status === undefined) return "this is not a server of WebSockets";
    if (status !== "101") return `refused with HTTP ${status}`;
    if (
      fieldOf(fields, "upgrade")?.toLowerCase() !== "websocket" ||
      !isUpgrade(fieldOf(fields, "connection"))
    ) {
      return "agreed to something else than WebSockets";
    }
    const agreed = fieldOf(fields, "sec-websocket-protocol");
    if (fieldOf(fields, "sec-websocket-accept") !== this.accept) return "the key was not understood";
    if (agreed !== null && !this.subprotocols.includes(agreed)) return "agreed to what was not offered";
    return null;
  }

  private get accept(): string {
    return new Bun.CryptoHasher("sha1").update(this.key + ACCEPT_SUFFIX).digest("base64");
  }
}

/** The field may name more than that: `keep-alive, Upgrade`. */
function isUpgrade(connection: string | null): boolean {
  return connection?.split(",").some((option) => option.trim().toLowerCase() === "upgrade") ?? false;
}

function fieldOf(fields: readonly string[], name: string): string | null {
  const field = fields.find((one) => one.slice(0, one.indexOf(":")).toLowerCase() === name);
  return field === undefined ? null : field.slice(name.length + 1).trim();
}
