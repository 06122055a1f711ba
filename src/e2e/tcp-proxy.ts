import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Random } from "../lib/random.ts";

/** A TCP proxy in front of a port of 127.0.0.1, which breaks connections as networks do. For tests. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that were cut so far. */
  readonly cuts: number;
  /** How likely it is that a piece of data is forwarded in part, or not at all, and the connection cut. */
  cutChance: number;
  close(): Promise<void>;
}

export async function startTcpProxy(target: number, random: Random): Promise<TcpProxy> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    const end = () => {
      for (const socket of [client, upstream]) {
        socket.destroy();
        open.delete(socket);
      }
    };
    const forward = (from: Socket, to: Socket) => {
      open.add(from);
      from.on("error", end);
      from.on("close", end);
      from.on("data", (bytes: Buffer) => {
        if (random() >= proxy.cutChance) {
          to.write(bytes);
          return;
        }
        proxy.cuts++;
        to.write(bytes.subarray(0, Math.floor(random() * bytes.length)), end);
      });
    };
    forward(client, upstream);
    forward(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy = {
    port: (server.address() as AddressInfo).port,
    cuts: 0,
    cutChance: 0,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
  return proxy;
}
