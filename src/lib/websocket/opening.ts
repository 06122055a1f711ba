import { randomBytes } from "node:crypto";

/** RFC 6455, 1.3. */
const ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** The opening handshake of one WebSocket, from its client's side (RFC 6455, 4.1). */
export class Opening {
  private readonly key = randomBytes(16).toString("base64");

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

  /** What is wrong with the head of an HTTP answer, or `null` where it opens the WebSocket. */
  problemOf(head: string): string | null {
    const [line = "", ...fields] = head.split("\r\n");
    const status = /^HTTP\/1\.1 (\d{3})\b/.exec(line)?.[1];
    if (status === undefined) return "this is not a server of WebSockets";
    if (status !== "101") return `refused with HTTP ${status}`;
    const agreed = fieldOf(fields, "sec-websocket-protocol");
    if (fieldOf(fields, "sec-websocket-accept") !== this.accept) return "the key was not understood";
    if (agreed !== null && !this.subprotocols.includes(agreed)) return "agreed to what was not offered";
    return null;
  }

  private get accept(): string {
    return new Bun.CryptoHasher("sha1").update(this.key + ACCEPT_SUFFIX).digest("base64");
  }
}

function fieldOf(fields: readonly string[], name: string): string | null {
  const field = fields.find((one) => one.slice(0, one.indexOf(":")).toLowerCase() === name);
  return field === undefined ? null : field.slice(name.length + 1).trim();
}
