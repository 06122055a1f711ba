import { Option } from "commander";
import type { CliCommand } from "../cli/command.ts";
import { type LogOptions, logOptions, openLog } from "../cli/logger.ts";
import { chatUrl, port } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import { version } from "../cli/version.ts";
import type { ChildMember } from "../fleet/member/child-member.ts";
import { formatAddress, reachableHost } from "../lib/address.ts";
import { outliveDefects } from "../lib/defects.ts";
import { UsageError } from "../lib/errors.ts";
import { type Shutdown, withShutdown } from "../lib/shutdown.ts";
import type { ServerOptions } from "../server/options.ts";
import { limitOptions } from "./limits.ts";
import { openStorage, type StorageOptions, storageOptions } from "./storage.ts";

interface ServeOptions extends Omit<ServerOptions, "drainTo" | "id">, StorageOptions, LogOptions {
  drainTo?: string;
  child?: string;
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
    .sharing(limitOptions)
    .setting(
      "--drain-to <url>",
      "a server over the same Redis, where clients go when this one stops",
      chatUrl,
    )
    .sharing(logOptions)
    .sharing(childOption)
    .examples("scale-chat serve", "scale-chat serve --data chat.db --history 10000 --history-ttl 24h")
    .runs<ServeOptions>((options) =>
      withShutdown(runtime.exitNow, (shutdown) => serve(options, runtime, shutdown)),
    );
}

/** How a balancer starts its servers; for nobody else. */
function childOption(command: CliCommand): void {
  command.addOption(new Option("--child <id>").hideHelp());
}

async function serve(options: ServeOptions, runtime: Runtime, shutdown: Shutdown): Promise<number> {
  const { startServer } = await import("../server/server.ts");
  const { clock, random } = runtime;
  const member = options.child === undefined ? null : await joinFleet(runtime);
  const fields = options.child === undefined ? {} : { server: options.child };
  const log = openLog(options, runtime, fields);
  outliveDefects(log);
  const isShared = options.redis !== undefined || options.redisCluster !== undefined;
  const broker = member !== null && !isShared ? member.relay : await openStorage(options, runtime, log);
  try {
    const server = startServer(
      { ...options, id: options.child ?? null, drainTo: options.drainTo ?? null },
      { broker, clock, random, log },
    );
    // At any level: whoever asked for a free port has to learn which one it is.
    openLog({ ...options, logLevel: "info" }, runtime, fields).info("listening", {
      version,
      host: options.host,
      port: server.port,
      admin_host: options.adminHost,
      admin_port: server.adminPort,
      chat: `http://${formatAddress(reachableHost(options.host), server.port)}/`,
    });
    member?.join(server);
    const end = await Promise.race([
      shutdown.requested.then((signal) => ({ reason: signal, target: undefined })),
      ...(member === null ? [] : [member.dismissed, member.orphaned]),
    ]);
    log.info("stopping", { reason: end.reason });
    await server.stop(end.target);
    member?.leave();
  } finally {
    await broker.close();
  }
  log.info("stopped");
  return 0;
}

/** This server is a child: the process that started it is its balancer. */
async function joinFleet(runtime: Runtime): Promise<ChildMember> {
  const { ChildMember } = await import("../fleet/member/child-member.ts");
  const parent = runtime.parent();
  if (parent === null) throw new UsageError("--child is for servers that a balancer starts");
  return new ChildMember(parent);
}
