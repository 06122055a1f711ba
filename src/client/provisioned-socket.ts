import { messageOf } from "../lib/errors.ts";
import { bearerSubprotocol } from "../protocol/bearer.ts";
import { closeCodes, standardCodes } from "../protocol/close-codes.ts";
import { type Asking, isBalancerUrl, ProvisionError, provisionFor } from "./provision.ts";
import type { ClientSocket, OpenSocket, SocketClose } from "./socket.ts";

/** Where a client wants to be: `url` is that of a server, `ws://host:port`, or of a balancer that names one. */
export interface Destination extends Asking {
  /** The address to connect to, at the server with this URL. */
  addressAt: (server: string) => string;
  /** What the client speaks. With a token there has to be one: a server that agrees to none is refused by browsers. */
  subprotocols: string[];
}

/** Opens a socket to a room: at once where the server is known, else after asking for one. */
export function openInRoom(open: OpenSocket, to: Destination): ClientSocket {
  if (isBalancerUrl(to.url)) return new ProvisionedSocket(open, to);
  return open(to.addressAt(to.url), offerOf(to));
}

/** What is offered at the handshake; a browser can send a token nowhere else. */
export function offerOf({ subprotocols, token }: Pick<Destination, "subprotocols" | "token">): string[] {
  return token === null ? subprotocols : [...subprotocols, bearerSubprotocol(token)];
}

/** A socket that has to ask a balancer first where to connect to; that no server was named is a loss of it. */
class ProvisionedSocket implements ClientSocket {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  private socket: ClientSocket | null = null;
  private readonly asking = new AbortController();

  constructor(
    private readonly open: OpenSocket,
    private readonly to: Destination,
  ) {
    void this.connect();
  }

  send(frame: string): void {
    this.socket?.send(frame);
  }

  close(code?: number, reason?: string): void {
    if (this.socket !== null) this.socket.close(code, reason);
    else this.asking.abort();
  }

  terminate(): void {
    if (this.socket === null) this.asking.abort();
    else if (this.socket.terminate === undefined) this.socket.close();
    else this.socket.terminate();
  }

  private async connect(): Promise<void> {
    const { signal } = this.asking;
    try {
      const server = await provisionFor(this.to, signal);
      // Closed in the very moment of the answer.
      signal.throwIfAborted();
      this.socket = this.open(this.to.addressAt(server), offerOf(this.to));
    } catch (error) {
      this.ended(error);
      return;
    }
    this.socket.onopen = (event: never) => this.onopen?.(event);
    this.socket.onmessage = (event: never) => this.onmessage?.(event);
    this.socket.onclose = (event: never) => this.onclose?.(event);
    this.socket.onerror = (event: never) => this.onerror?.(event);
  }

  private ended(error: unknown): void {
    const reason = this.asking.signal.aborted ? "" : messageOf(error);
    const retryAfterMs = error instanceof ProvisionError ? error.retryAfterMs : 0;
    const code = retryAfterMs > 0 ? closeCodes.unavailable.code : standardCodes.lost;
    (this.onclose as ((event: SocketClose) => void) | null)?.({ code, reason, retryAfterMs });
  }
}
