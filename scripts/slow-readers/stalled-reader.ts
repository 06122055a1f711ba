import { NATIVE_SUBPROTOCOL } from "../../src/protocol/handshake.ts";

type RawSocket = Awaited<ReturnType<typeof Bun.connect>>;

/** A WebSocket made by hand, so that it can do what no library lets it: stop reading, and leave the data to TCP. */
export class StalledReader {
  /** How the server's log calls this connection; "" when the server does not say. */
  readonly connection: string;

  private constructor(
    private readonly socket: RawSocket,
    greeting: RegExpExecArray,
  ) {
    this.connection = greeting[1] ?? "";
  }

  /** Opens `path`, that of a room. Resolves once the server's answer matches `greeting`; it reads until `stall`. */
  static async connect(port: number, path: string, greeting: RegExp): Promise<StalledReader> {
    const greeted = Promise.withResolvers<RegExpExecArray>();
    let answer: string | null = "";
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        data(_, bytes) {
          if (answer === null) return;
          answer += bytes.toString("latin1");
          const match = greeting.exec(answer);
          if (match === null) return;
          greeted.resolve(match);
          // What else is read is only taken from the network.
          answer = null;
        },
        close: () => greeted.reject(new Error(`the server closed the connection: ${answer}`)),
        error() {},
      },
    });
    socket.write(
      [
        `GET ${path} HTTP/1.1`,
        "Host: 127.0.0.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        `Sec-WebSocket-Protocol: ${NATIVE_SUBPROTOCOL}`,
        "\r\n",
      ].join("\r\n"),
    );
    return new StalledReader(socket, await greeted.promise);
  }

  /** From now on nothing is taken from the network. */
  stall(): void {
    this.socket.pause();
  }

  terminate(): void {
    this.socket.terminate();
  }
}
