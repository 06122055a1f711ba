import { createConnection, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { formatAddress } from "../../lib/address.ts";
import { messageOf, systemCode } from "../../lib/errors.ts";
import type { HostAndPort, RedisAddress } from "./address.ts";

/** All that ioredis says of a node or a Sentinel that it could not connect to, or that does not answer. */
const NOTHING_SAID = /Connection is closed\.|^timeout$/;
const TIMEOUT_MS = 3000;

/**
 * Why a Redis cannot be used, in words for people. Where it has several addresses, and `error` does not say what happened
 * at any of them, each is tried once more: `10.0.0.5:6379 ECONNREFUSED, 10.0.0.6:6379 does not answer`.
 */
export async function whyUnusable(address: RedisAddress, error: unknown): Promise<string> {
  const said = messageOf(error);
  if (address.kind === "single" || !NOTHING_SAID.test(said)) return said;
  const all = address.kind === "cluster" ? address.nodes : address.sentinels;
  const tried = await Promise.all(all.map((at) => tryToConnect(at, address.access.tls)));
  return tried.join(", ");
}

/** What came of it, behind the address. */
function tryToConnect({ host, port }: HostAndPort, tls: object | undefined): Promise<string> {
  return new Promise((resolve) => {
    let socket: Socket;
    const end = (outcome: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(`${formatAddress(host, port)} ${outcome}`);
    };
    const timer = setTimeout(() => end("does not answer"), TIMEOUT_MS);
    const connected = () => end("can be connected to, but does not answer as a Redis does");
    socket =
      tls === undefined
        ? createConnection({ host, port }, connected)
        : connectTls({ host, port, ...tls }, connected);
    socket.on("error", (error) => end(systemCode(error) ?? messageOf(error)));
  });
}
