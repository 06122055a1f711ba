import { openBunSocket } from "../../src/client/bun-socket.ts";
import { startServer } from "../../src/e2e/harness.ts";
import { NATIVE_SUBPROTOCOL } from "../../src/protocol/handshake.ts";
import { promise } from "./target.ts";

/** A server that is shot at, and a client that means well beside it. */
export interface ServerUnderFire {
  port: number;
  adminPort: number;
  /** Does it serve others? Answers with its resident memory, bytes. */
  check(): Promise<number>;
  close(): Promise<void>;
}

const PATIENCE_MS = 20_000;
/** Little is kept, so that what memory there is tells of what is forgotten. */
const OPTIONS = ["--history", "20", "--max-payload", "4KiB", "--log-level", "error"];

export async function startUnderFire(): Promise<ServerUnderFire> {
  const server = await startServer(OPTIONS);
  return {
    port: server.port,
    adminPort: server.adminPort,
    async check() {
      await talk(`ws://127.0.0.1:${server.port}`);
      const [listening = "", ...errors] = server.stdout.trimEnd().split("\n");
      promise(
        listening.includes('"listening"') && errors.length === 0,
        `no errors in its log, but ${errors[0]}`,
      );
      promise(server.stderr === "", `nothing said beside its log, but ${server.stderr.slice(0, 200)}`);
      const stats = await fetch(`http://127.0.0.1:${server.adminPort}/stats`);
      const { memory_rss_bytes: memory } = (await stats.json()) as { memory_rss_bytes: number };
      return memory;
    },
    async close() {
      const exitCode = await server.stop();
      promise(exitCode === 0, `it ends in order, not with ${exitCode}`);
    },
  };
}

/** Joins a room of a server, says something and hears that it is stored. */
export async function talk(server: string): Promise<void> {
  const acked = Promise.withResolvers<void>();
  const timer = setTimeout(() => acked.reject(new Error("others are not served any more")), PATIENCE_MS);
  const socket = openBunSocket(`${server}/ws/others?presence=none`, [NATIVE_SUBPROTOCOL]);
  socket.onclose = () => acked.reject(new Error("others are thrown out"));
  socket.onmessage = ({ data }: { data: string }) => {
    if (data.includes('"welcome"')) socket.send('{"type":"message","message_id":1,"text":"still here"}');
    if (data.includes('"ack"')) acked.resolve();
  };
  try {
    await acked.promise;
  } finally {
    clearTimeout(timer);
    socket.onclose = null;
    socket.close();
  }
}
