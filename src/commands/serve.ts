import type { Broker } from "../broker/broker.ts";
import { DATA_SYNCS, type DataSync } from "../broker/durable/sync.ts";
import type { CliCommand } from "../cli/command.ts";
import { type LogOptions, openLog } from "../cli/logger.ts";
import { bytes, chatUrl, duration, oneOf, port, redisUrl, wholeNumber } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import { version } from "../cli/version.ts";
import { formatAddress, reachableHost } from "../lib/address.ts";
import { outliveDefects } from "../lib/defects.ts";
import { UsageError } from "../lib/errors.ts";
import { LOG_FORMATS, LOG_LEVELS, type Logger } from "../lib/log.ts";
import { type Shutdown, withShutdown } from "../lib/shutdown.ts";
import type { ServerOptions } from "../server/options.ts";

interface ServeOptions extends Omit<ServerOptions, "drainTo">, LogOptions {
  drainTo?: string;
  data?: string;
  redis?: string;
  redisPrefix: string;
  dataSync: DataSync;
  /** Milliseconds; 0: for ever. */
  historyTtl: number;
  historyBytes: number;
}

const YEAR_MS = 365 * 86_400_000;

export function serveCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("run a chat server: rooms over WebSockets, and a chat page for browsers")
    .optionsGroup("Network:")
    .option("--host <address>", "address of the chat", "0.0.0.0")
    .setting("--port <port>", "port of the chat; 0 takes a free one", port, "8080")
    .option("--admin-host <address>", "address of /healthz, /readyz and /stats", "127.0.0.1")
    .setting("--admin-port <port>", "port of these; 0 takes a free one", port, "8081")
    .optionsGroup("Storage:")
    .option("--data <file>", "keep the messages in this file over restarts (default: in memory)")
    .setting(
      "--data-sync <level>",
      "what a stored message survives: normal, the death of the process; full, of the machine",
      oneOf(DATA_SYNCS),
      "normal",
    )
    .setting(
      "--redis <url>",
      "share them with other servers: redis://host:6379 (SCALE_CHAT_REDIS keeps a password out of ps)",
      redisUrl,
    )
    .option("--redis-prefix <name>", "in front of every key in Redis", "scale-chat")
    .optionsGroup("Limits:")
    .setting(
      "--history <messages>",
      "messages kept per room",
      wholeNumber("a number of messages", 0, 1e6),
      "1000",
    )
    .setting("--history-ttl <time>", "how long a message is kept; 0s: no limit", duration(0, YEAR_MS), "0s")
    .setting(
      "--history-bytes <size>",
      "memory for all messages, without --data or --redis",
      bytes(0, 2 ** 40),
      "256MiB",
    )
    .setting("--max-payload <size>", "longest frame from a client", bytes(64, 64 * 2 ** 20), "64KiB")
    .setting("--backpressure-limit <size>", "bytes waiting for a slow client", bytes(1024, 2 ** 30), "1MiB")
    .setting("--idle-timeout <time>", "until a silent connection is closed", duration(8000, 960_000), "2m")
    .setting("--drain-timeout <time>", "longest time for stopping", duration(0, 3_600_000), "10s")
    .setting(
      "--drain-to <url>",
      "a server over the same Redis, where clients go when this one stops",
      chatUrl,
    )
    .optionsGroup("Log:")
    .setting(
      "--log-format <format>",
      `${LOG_FORMATS.join(" or ")} (default: human on a terminal, else json)`,
      oneOf(LOG_FORMATS),
    )
    .setting("--log-level <level>", `lowest level: ${LOG_LEVELS.join(", ")}`, oneOf(LOG_LEVELS), "info")
    .examples("scale-chat serve", "scale-chat serve --data chat.db --history 10000 --history-ttl 24h")
    .runs<ServeOptions>((options) =>
      withShutdown(runtime.exitNow, (shutdown) => serve(options, runtime, shutdown)),
    );
}

async function serve(options: ServeOptions, runtime: Runtime, shutdown: Shutdown): Promise<number> {
  const { startServer } = await import("../server/server.ts");
  const { clock, random } = runtime;
  const log = openLog(options, runtime);
  outliveDefects(log);
  const broker = await openBroker(options, runtime, log);
  try {
    const server = startServer(
      { ...options, drainTo: options.drainTo ?? null },
      { broker, clock, random, log },
    );
    // At any level: whoever asked for a free port has to learn which one it is.
    openLog({ ...options, logLevel: "info" }, runtime).info("listening", {
      version,
      host: options.host,
      port: server.port,
      admin_host: options.adminHost,
      admin_port: server.adminPort,
      chat: `http://${formatAddress(reachableHost(options.host), server.port)}/`,
    });
    const signal = await shutdown.requested;
    log.info("stopping", { signal });
    await server.stop();
  } finally {
    await broker.close();
  }
  log.info("stopped");
  return 0;
}

/** The one place where the kind of log is chosen. */
async function openBroker(options: ServeOptions, { clock, random }: Runtime, log: Logger): Promise<Broker> {
  const limits = { history: options.history, historyTtl: options.historyTtl || null };
  if (options.redis !== undefined && options.data !== undefined) {
    throw new UsageError("--data and --redis are two places for the messages: choose one");
  }
  if (options.redis !== undefined) {
    const { openRedisBroker } = await import("../broker/redis/connect.ts");
    return openRedisBroker(options.redis, { ...limits, prefix: options.redisPrefix }, { clock, random, log });
  }
  if (options.data === undefined) {
    const { MemoryBroker } = await import("../broker/memory/memory-broker.ts");
    return new MemoryBroker({ ...limits, historyBytes: options.historyBytes }, clock, random);
  }
  const { openDurableBroker } = await import("../broker/durable/open.ts");
  return openDurableBroker(options.data, { ...limits, sync: options.dataSync }, { clock, random, log });
}
