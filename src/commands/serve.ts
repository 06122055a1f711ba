import { Option } from "commander";
import type { CliCommand } from "../cli/command.ts";
import { showEffective } from "../cli/effective.ts";
import { type LogOptions, logOptions, openLog } from "../cli/logger.ts";
import { port, serverUrl } from "../cli/parsers.ts";
import { listenAddress } from "../cli/parsers-network.ts";
import type { Runtime } from "../cli/runtime.ts";
import { version } from "../cli/version.ts";
import { formatAddress, reachableHost } from "../lib/address.ts";
import { outliveDefects } from "../lib/defects.ts";
import { UsageError } from "../lib/errors.ts";
import { formatCounted } from "../lib/format.ts";
import { USUAL_CONNECTIONS } from "../lib/host/check.ts";
import { readHost } from "../lib/host/host.ts";
import { warnOfShortage } from "../lib/host/warn.ts";
import type { Logger } from "../lib/log.ts";
import { RenewalFigures } from "../lib/metrics/renewal-metrics.ts";
import { randomId } from "../lib/random.ts";
import { openServiceManager } from "../lib/service-manager.ts";
import { type Shutdown, withShutdown } from "../lib/shutdown.ts";
import type { Authenticator } from "../protocol/grant.ts";
import type { AdmissionOptions } from "../server/admission/limits.ts";
import type { ServerOptions } from "../server/options.ts";
import type { ChatServer } from "../server/server.ts";
import { type AdmissionSettings, admissionOf, admissionOptions } from "./admission.ts";
import { type AuthOptions, authOptions, openAuth } from "./auth.ts";
import { type DebugOptions, debugOptions } from "./debug.ts";
import { type FleetOptions, introduce, openLinks, type Ways } from "./fleet-links.ts";
import { limitOptions, resourcesOf } from "./limits.ts";
import { checkPorts } from "./ports.ts";
import { checkStorage, openStorage, type StorageOptions, sharedRedis, storageOptions } from "./storage.ts";
import { type Certificate, openTls, renewAtHangup, type TlsOptions, terminalEnd, tlsOptions } from "./tls.ts";

interface ServeOptions
  extends Omit<
      ServerOptions,
      "waitingLimit" | "drainTo" | "id" | "debugTrace" | "tls" | keyof AdmissionOptions
    >,
    AdmissionSettings,
    TlsOptions,
    StorageOptions,
    AuthOptions,
    DebugOptions,
    LogOptions,
    FleetOptions {
  drainTo?: string;
  check: boolean;
}

/** Pages that may connect: those that this server itself gives out. */
const OWN_PAGES = "same-origin";

export function serveCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("run a chat server: rooms over WebSockets, and a chat page for browsers")
    .optionsGroup("Network:")
    .setting("--host <address>", "address of the chat", listenAddress, "0.0.0.0")
    .setting("--port <port>", "port of the chat; 0 takes a free one", port, "8080")
    .setting(
      "--admin-host <address>",
      "address of /healthz, /readyz, /stats and /metrics",
      listenAddress,
      "127.0.0.1",
    )
    .setting("--admin-port <port>", "port of these; 0 takes a free one", port, "8081")
    .setting(
      "--advertise <url>",
      "tell balancers over the same Redis where clients reach this server: ws://host:port",
      serverUrl,
    )
    .sharing(tlsOptions)
    .sharing(storageOptions)
    .sharing(authOptions)
    .sharing(admissionOptions(OWN_PAGES))
    .sharing(limitOptions)
    .setting(
      "--drain-to <url>",
      "a server over the same Redis, where clients go when this one stops",
      serverUrl,
    )
    .sharing(logOptions)
    .sharing(debugOptions)
    .option("--check", "print the options in force, look at the files they name, and end", false)
    .sharing(childOption)
    .examples("scale-chat serve", "scale-chat serve --data chat.db --history 10000 --history-ttl 24h")
    .runs<ServeOptions>((options) =>
      options.check
        ? check(options, runtime, command)
        : withShutdown(runtime.exitNow, (shutdown) => serve(options, runtime, shutdown)),
    );
}

/** How a balancer starts its servers; for nobody else. */
function childOption(command: CliCommand): void {
  command.addOption(new Option("--child <id>").hideHelp());
}

/** Takes no port, asks no Redis and opens no log. Throws as `serve` would for what can be known before. */
async function check(options: ServeOptions, runtime: Runtime, command: CliCommand): Promise<number> {
  runtime.stdout.write(showEffective(command.effective()));
  await resolve(options, runtime, openLog(options, runtime), new RenewalFigures());
  await checkStorage(options);
  return 0;
}

/** What the options name besides the log of messages. */
interface Resolved extends Certificate, Ways {
  authenticator: Authenticator | null;
}

/** Throws `UsageError` where the options contradict each other, `OperationError` for a file that cannot be used. */
async function resolve(
  options: ServeOptions,
  runtime: Runtime,
  log: Logger,
  figures: RenewalFigures,
): Promise<Resolved> {
  const { advertise, child } = options;
  checkPorts(options);
  const parent = child === undefined ? null : runtime.parent();
  if (child !== undefined && parent === null) {
    throw new UsageError("--child is for servers that a balancer starts");
  }
  const redis = sharedRedis(options);
  if (advertise !== undefined && redis === undefined && child === undefined) {
    throw new UsageError("--advertise tells balancers over the same Redis of this server: give --redis, too");
  }
  const certificate = openTls(options, log);
  return { parent, redis, ...certificate, authenticator: await openAuth(options, log, figures) };
}

async function serve(options: ServeOptions, runtime: Runtime, shutdown: Shutdown): Promise<number> {
  const { startServer } = await import("../server/server.ts");
  const { clock, random } = runtime;
  const id = options.child ?? randomId(random, 8);
  const fields = options.child === undefined ? {} : { server: id };
  const log = openLog(options, runtime, fields);
  outliveDefects(log);
  const figures = new RenewalFigures();
  const resolved = await resolve(options, runtime, log, figures);
  const { tls, authenticator } = resolved;
  const host = readHost();
  warnOfShortage(host, options.maxConnections || USUAL_CONNECTIONS, log);
  const { FleetMembership } = await import("../fleet/member/fleet-membership.ts");
  const membership = new FleetMembership();
  const manager = await openServiceManager(runtime.env, log);
  try {
    const parentLink = await openLinks(membership, id, options, resolved, log);
    const relay = resolved.redis === undefined ? parentLink?.relay : undefined;
    const broker = relay ?? (await openStorage(options, runtime, log));
    try {
      const server = startServer(
        {
          ...options,
          ...admissionOf(options, OWN_PAGES),
          ...resourcesOf(host),
          tls,
          id,
          drainTo: options.drainTo ?? null,
          debugTrace: options.debugTrace ?? null,
        },
        { broker, clock, random, log, version, authenticator, renewals: figures },
      );
      // At any level: whoever asked for a free port has to learn which one it is.
      openLog({ ...options, logLevel: "info" }, runtime, fields).info("listening", {
        version,
        host: options.host,
        port: server.port,
        admin_host: options.adminHost,
        admin_port: server.adminPort,
        chat: `${tls === null ? "http" : "https"}://${formatAddress(reachableHost(options.host), server.port)}/`,
      });
      const onTerminalGone = terminalEnd(runtime, shutdown);
      const renewals = renewAtHangup({ ...resolved, listener: server, figures, log, onTerminalGone });
      if (parentLink !== null) parentLink.onRenewal = renewals.now;
      membership.join(server, introduce(id, options, server, clock.now()));
      manager.watch({ problem: () => server.problem, status: () => describe(server) });
      const stop = async () => {
        const signal = await shutdown.requested;
        return { target: (await membership.askToLeave())?.target, reason: signal };
      };
      const end = await Promise.race([stop(), membership.dismissed]);
      log.info("stopping", { reason: end.reason });
      manager.stopping(options.drainTimeout);
      await server.stop(end.target);
      renewals.end();
    } finally {
      await broker.close();
    }
  } finally {
    manager.close();
    await membership.leave();
  }
  log.info("stopped");
  return 0;
}

/** What it does, for the service manager. */
function describe(server: ChatServer): string {
  const { connections, rooms } = server.stats();
  return `${formatCounted(connections, "connection")} in ${formatCounted(rooms, "room")}, port ${server.port}`;
}
