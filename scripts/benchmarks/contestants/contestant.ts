import { connect } from "node:net";
import type { StartOptions } from "../../../src/e2e/harness.ts";
import type { DialectName } from "../../../src/protocol/dialect.ts";
import type { Wire } from "../wires/wire.ts";

/** A server that is measured. */
export interface Contestant {
  name: string;
  /** Why it cannot run on this machine; `null` when it can. */
  missing: string | null;
  dialect: DialectName;
  wire: Wire;
  /** Starts it on a free port of 127.0.0.1, and resolves when it listens. */
  start(setting?: Setting): Promise<RunningContestant>;
}

/** Where it runs, and the variables that it gets. */
export type Setting = Pick<StartOptions, "inside" | "env">;

export interface RunningContestant {
  /** `ws://127.0.0.1:port`; a room is at `/ws/{room}`, whatever its wire makes of that. */
  url: string;
  pid: number;
  /** WebSocket frames with messages that it has written; `null` when it does not tell. */
  frames(): Promise<number | null>;
  stop(): Promise<unknown>;
}

/** Of a command that is to be on the PATH: why it is not there, and where it comes from. */
export function missingCommand(command: string, packageName: string): string | null {
  return Bun.which(command, { PATH: SEARCH_PATH }) === null
    ? `not installed here (apt-get install ${packageName})`
    : null;
}

/** Where Debian keeps servers is not on everyone's PATH. */
export const SEARCH_PATH = `${process.env.PATH}:/usr/sbin`;

/** A port that nobody listens on now, for servers that cannot take one by themselves. */
export function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

/** Does anyone listen there? */
export function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}
