import type { Socket } from "bun";
import { isBalancerUrl, provision } from "../../client/provision.ts";
import { offerOf } from "../../client/provisioned-socket.ts";
import { Opening } from "../../lib/websocket/opening.ts";
import { NATIVE_SUBPROTOCOL, roomUrl } from "../../protocol/handshake.ts";

/** How often it lets the server know that it is there. */
const SIGN_MS = 1000;
/** A pong that nobody asked for: RFC 6455, 5.5.3, calls it a heartbeat in one direction. Masked with zeros. */
const SIGN_OF_LIFE = Uint8Array.of(0x8a, 0x80, 0, 0, 0, 0);

/** Before it comes again after the server has closed it. */
const PAUSE_MS = 1000;

/**
 * A client that reads nothing once it is in its room, as one on a network that has become too slow. Made by hand, because
 * no library lets it stop reading and leave the data to TCP. When the server closes it, it comes again.
 */
export class StallingReader {
  /** Times that it was in its room, and that the server then closed the connection. */
  readonly counts = { entered: 0, cut: 0 };
  private socket: Socket | null = null;
  private hasLeft = false;

  constructor(
    private readonly room: string,
    private readonly url: string,
    /** Where the server wants one. */
    private readonly token: string | null = null,
  ) {}

  /** Is there, until `leave`. */
  async stay(): Promise<void> {
    while (!this.hasLeft) {
      await this.visit().catch(() => {}); // A server that is not there is tried again.
      if (!this.hasLeft) await Bun.sleep(PAUSE_MS);
    }
  }

  leave(): void {
    this.hasLeft = true;
    this.socket?.terminate();
  }

  /** One connection, from its beginning to its end. */
  private async visit(): Promise<void> {
    const server = isBalancerUrl(this.url) ? await provision(this.url, this.room) : this.url;
    const address = new URL(roomUrl(server, this.room, { history: 0, presence: "none" }));
    const isSecure = address.protocol === "wss:";
    const opening = new Opening(address, offerOf({ subprotocols: [NATIVE_SUBPROTOCOL], token: this.token }));
    const ended = Promise.withResolvers<void>();
    let isIn = false;
    const socket = await Bun.connect({
      hostname: address.hostname,
      port: Number(address.port || (isSecure ? 443 : 80)),
      tls: isSecure,
      socket: {
        data: (connection, bytes) => {
          const answer = isIn ? null : opening.read(bytes);
          if (answer === null) return;
          if (answer.problem !== null) {
            connection.end();
            return;
          }
          this.counts.entered++;
          isIn = true;
          // Whatever else comes stays where it is.
          connection.pause();
        },
        close: () => {
          if (isIn && !this.hasLeft) this.counts.cut++;
          ended.resolve();
        },
        error() {},
      },
    });
    this.socket = socket;
    // It may have left while the connection was made.
    if (this.hasLeft) socket.terminate();
    socket.write(opening.request);
    // Who does not read does not see the end of a connection, either; who writes does.
    const timer = setInterval(() => socket.write(SIGN_OF_LIFE), SIGN_MS);
    await ended.promise.finally(() => clearInterval(timer));
  }
}
