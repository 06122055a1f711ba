import { join } from "node:path";
import type { Wire } from "../wires/wire.ts";
import { type Contestant, missingCommand, type Setting } from "./contestant.ts";

const PEERS = join(import.meta.dir, "../../peers");

/** The usual Node chat: `ws`, and a loop over the room. */
export const nodeWs = scripted("Node, ws", ["node", "node-ws.mjs"], "websocket");
/** The chat of socket.io's own guide, on Node. */
export const socketIo = scripted("Node, socket.io", ["node", "socket-io.mjs"], "socket.io");
/** What Bun can do with no chat around it: no validation, no log, no order across dialects. */
export const bunPublish = scripted("Bun, bare publish", [process.execPath, "bun-publish.ts"], "websocket");

/** A peer that is a script of ours, which prints the port that it took. */
function scripted(name: string, [runtime, script]: [string, string], wire: Wire): Contestant {
  return {
    ...{ name, wire, dialect: "plain" },
    missing: missingCommand(runtime, "nodejs"),
    async start({ inside = (command) => [...command], env = {} }: Setting = {}) {
      const server = Bun.spawn(inside([runtime, join(PEERS, script)]), {
        ...{ stdout: "pipe", stderr: "inherit" },
        env: { ...process.env, ...env },
      });
      const { value } = await server.stdout.getReader().read();
      return {
        url: `ws://127.0.0.1:${Number(new TextDecoder().decode(value))}`,
        pid: server.pid,
        frames: async () => null,
        stop() {
          server.kill("SIGKILL");
          return server.exited;
        },
      };
    },
  };
}
