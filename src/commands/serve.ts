import type { CliCommand } from "../cli/command.ts";
import { type LogOptions, openLog } from "../cli/logger.ts";
import { bytes, chatUrl, duration, oneOf, port } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import { version } from "../cli/version.ts";
import { formatAddress, reachableHost } from "../lib/address.ts";
import { outliveDefects } from "../lib/defects.ts";
import { LOG_FORMATS, LOG_LEVELS } from "../lib/log.ts";
import { type Shutdown, withShutdown } from "../lib/shutdown.ts";
import type { ServerOptions } from "../server/options.ts";
import { openStorage, type StorageOptions, storageOptions } from "./storage.ts";

interface ServeOptions extends Omit<ServerOptions, "drainTo" | "id">, StorageOptions, LogOptions {
  drainTo?: string;
}

export function serveCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("run a chat server: rooms over WebSockets, and a chat page for browsers")
    .optionsGroup("Network:")
    .option("--host <address>", "address of the chat", "0.0.0.0")
    .setting("--port <port>", "port of the chat; 0 takes a free one", port, "8080")
    .option("--admin-host <address>", "address of /healthz, /readyz and /stats", "127.0.0.1")
    .setting("--admin-port <port>", "port of these; 0 takes a free one", port, "8081")
    .sharing(storageOptions)
    .optionsGroup("Limits:")
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
  const broker = await openStorage(options, runtime, log);
  try {
    const server = startServer(
      { ...options, id: null, drainTo: options.drainTo ?? null },
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
