import { availableParallelism } from "node:os";
import type { CliCommand } from "../cli/command.ts";
import { type LogOptions, logOptions, openLog } from "../cli/logger.ts";
import { hostName, port } from "../cli/parsers.ts";
import { environmentOfSelf, type Runtime } from "../cli/runtime.ts";
import { version } from "../cli/version.ts";
import type { Balancer } from "../fleet/balancer.ts";
import type { ChildProgram } from "../fleet/child.ts";
import type { FleetChannel } from "../fleet/redis/fleet-channel.ts";
import type { openFleetChannel } from "../fleet/redis/open.ts";
import { formatAddress, reachableHost } from "../lib/address.ts";
import { outliveDefects } from "../lib/defects.ts";
import { UsageError } from "../lib/errors.ts";
import { formatCounted } from "../lib/format.ts";
import { randomId } from "../lib/random.ts";
import { openServiceManager, SERVICE_MANAGER_VARIABLES } from "../lib/service-manager.ts";
import { type Shutdown, withShutdown } from "../lib/shutdown.ts";
import { type AdmissionSettings, admissionArguments, admissionOptions } from "./admission.ts";
import { type AuthOptions, authOptions, openAuth } from "./auth.ts";
import { type DebugOptions, debugOptions } from "./debug.ts";
import { type LimitOptions, limitOptions } from "./limits.ts";
import { type PolicySettings, policyOf, policyOptions } from "./policy.ts";
import { openStorage, redisVariables, type StorageOptions, sharedRedis, storageOptions } from "./storage.ts";

interface BalanceCommandOptions
  extends PolicySettings,
    StorageOptions,
    LimitOptions,
    AdmissionSettings,
    AuthOptions,
    DebugOptions,
    LogOptions {
  host: string;
  port: number;
  adminHost: string;
  adminPort: number;
  advertiseHost?: string;
  adminTokenFile?: string;
}

/** Pages that may connect: a client is sent from one port of this machine to another. */
const OWN_PAGES = "same-host";

export function balanceCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("run a fleet of chat servers: spawns them, says where clients go, moves them, shows it all")
    .optionsGroup("Network:")
    .option("--host <address>", "address of /servers/provision, and of the servers", "0.0.0.0")
    .setting("--port <port>", "port of /servers/provision; 0 takes a free one", port, "3000")
    .option("--admin-host <address>", "address of the dashboard", "127.0.0.1")
    .setting(
      "--admin-port <port>",
      "port of the dashboard, /servers, /stats, /events and /metrics",
      port,
      "3001",
    )
    .setting(
      "--advertise-host <name>",
      "how clients reach this machine (default: as they reached the balancer)",
      hostName,
    )
    .option("--admin-token-file <file>", "a secret that allows to spawn and drain by hand")
    .sharing(policyOptions)
    .sharing(storageOptions)
    .sharing(authOptions)
    .sharing(admissionOptions(OWN_PAGES))
    .sharing(limitOptions)
    .sharing(logOptions)
    .sharing(debugOptions)
    .examples("scale-chat balance", "scale-chat balance --max 8 --data chat.db --admin-token-file token")
    .runs<BalanceCommandOptions>((options) =>
      withShutdown(runtime.exitNow, (shutdown) => balance(options, runtime, shutdown)),
    );
}

async function balance(
  options: BalanceCommandOptions,
  runtime: Runtime,
  shutdown: Shutdown,
): Promise<number> {
  const { startBalancer } = await import("../fleet/balancer.ts");
  const { readAdminToken } = await import("../fleet/admin-token.ts");
  const { DEFAULT_POLICY } = await import("../fleet/policy/options.ts");
  const { clock, random } = runtime;
  const policy = policyOf(options, availableParallelism(), DEFAULT_POLICY);
  if (policy.min > policy.max) throw new UsageError(`--min ${policy.min} is more than --max ${policy.max}`);
  const adminToken = options.adminTokenFile === undefined ? null : readAdminToken(options.adminTokenFile);
  const log = openLog(options, runtime);
  outliveDefects(log);
  // The servers ask for tokens, not the balancer; it only says at once what they would die of.
  await openAuth(options, log);
  const shared = sharedRedis(options);
  const id = randomId(random, 6);
  const broker = shared === undefined ? await openStorage(options, runtime, log) : null;
  const channel = shared === undefined ? null : await openChannel(shared, options.redisPrefix, id, log);
  const manager = await openServiceManager(runtime.env, log);
  try {
    const { host, adminHost, drainTimeout } = options;
    const network = { host, port: options.port, adminHost, adminPort: options.adminPort };
    const program = childProgram(options, runtime);
    const balancer = startBalancer(
      { ...network, adminToken, policy, program, drainTimeout },
      { id, broker, channel, clock, random, log, version },
    );
    openLog({ ...options, logLevel: "info" }, runtime).info("balancing", {
      version,
      host,
      port: balancer.port,
      admin_host: adminHost,
      admin_port: balancer.adminPort,
      dashboard: `http://${formatAddress(reachableHost(adminHost), balancer.adminPort)}/`,
    });
    manager.watch({
      // A fleet that may be empty has begun when its balancer listens.
      problem: () => (policy.min === 0 ? null : balancer.problem),
      status: () => describe(balancer),
    });
    const signal = await shutdown.requested;
    log.info("stopping", { reason: signal });
    manager.stopping(drainTimeout);
    await balancer.stop();
  } finally {
    manager.close();
    channel?.close();
    await broker?.close();
  }
  log.info("stopped");
  return 0;
}

/** What it does, for the service manager. */
function describe(balancer: Balancer): string {
  const { servers, connections } = balancer.status();
  return `${formatCounted(servers.length, "server")}, ${formatCounted(connections, "connection")}, port ${balancer.port}`;
}

/** The host part of the servers' URLs; that of a server which listens everywhere is filled in for each client. */
function advertiseHost({ advertiseHost, host }: BalanceCommandOptions): string {
  const name = advertiseHost ?? host;
  return name.includes(":") ? `[${name}]` : name;
}

/** How the servers are started: like this program, with the options that concern them. */
function childProgram(options: BalanceCommandOptions, { self, env, stdout }: Runtime): ChildProgram {
  const settings: Record<string, string | number> = {
    host: options.host,
    port: 0,
    "admin-host": options.adminHost,
    "admin-port": 0,
    advertise: `ws://${advertiseHost(options)}:0`,
    history: options.history,
    "history-ttl": `${options.historyTtl}ms`,
    "redis-prefix": options.redisPrefix,
    "max-payload": options.maxPayload,
    "backpressure-limit": options.backpressureLimit,
    "idle-timeout": `${options.idleTimeout}ms`,
    "batch-window": `${options.batchWindow}ms`,
    "drain-timeout": `${options.drainTimeout}ms`,
    "log-format": options.logFormat ?? (stdout.isTTY ? "human" : "json"),
    "log-level": options.logLevel,
    ...(options.debugTrace === undefined ? {} : { "debug-trace": `1/${options.debugTrace}` }),
  };
  // The service manager is told by the balancer alone.
  const own = new Set<string>(SERVICE_MANAGER_VARIABLES);
  const inherited = Object.entries(environmentOfSelf(env)).filter(([name]) => !own.has(name));
  return {
    command: [
      ...self,
      "serve",
      ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
      ...(options.authKeyFile ?? []).map((file) => `--auth-key-file=${file}`),
      ...admissionArguments(options, OWN_PAGES),
      "--child",
    ],
    // An environment is not shown by ps, and this may hold a password.
    env: { ...Object.fromEntries(inherited), ...redisVariables(options) },
  };
}

/** Loaded only where there is a Redis. */
async function openChannel(...args: Parameters<typeof openFleetChannel>): Promise<FleetChannel> {
  const { openFleetChannel } = await import("../fleet/redis/open.ts");
  return openFleetChannel(...args);
}
