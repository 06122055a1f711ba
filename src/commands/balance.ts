import { availableParallelism } from "node:os";
import type { RedisAddress } from "../broker/redis/address.ts";
import type { CliCommand } from "../cli/command.ts";
import { showEffective } from "../cli/effective.ts";
import { logOptions, openLog } from "../cli/logger.ts";
import { hostName, port } from "../cli/parsers.ts";
import { listenAddress } from "../cli/parsers-network.ts";
import type { Runtime } from "../cli/runtime.ts";
import { version } from "../cli/version.ts";
import type { Balancer } from "../fleet/balancer.ts";
import type { PolicyOptions } from "../fleet/policy/options.ts";
import type { FleetChannel } from "../fleet/redis/fleet-channel.ts";
import type { openFleetChannel } from "../fleet/redis/open.ts";
import { formatAddress, reachableHost } from "../lib/address.ts";
import { outliveDefects } from "../lib/defects.ts";
import { UsageError } from "../lib/errors.ts";
import { formatCounted } from "../lib/format.ts";
import type { Logger } from "../lib/log.ts";
import { RenewalFigures } from "../lib/metrics/renewal-metrics.ts";
import { randomId } from "../lib/random.ts";
import { openServiceManager } from "../lib/service-manager.ts";
import { type Shutdown, withShutdown } from "../lib/shutdown.ts";
import { admissionOptions } from "./admission.ts";
import { authOptions, openAuth } from "./auth.ts";
import { type BalanceCommandOptions, OWN_PAGES } from "./balance-options.ts";
import { childProgram } from "./child-program.ts";
import { debugOptions } from "./debug.ts";
import { limitOptions } from "./limits.ts";
import { policyOf, policyOptions } from "./policy.ts";
import { checkPorts } from "./ports.ts";
import { checkStorage, openStorage, sharedRedis, storageOptions } from "./storage.ts";
import { type Certificate, openTls, renewAtHangup, terminalEnd, tlsOptions } from "./tls.ts";

export function balanceCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("run a fleet of chat servers: spawns them, says where clients go, moves them, shows it all")
    .optionsGroup("Network:")
    .setting(
      "--host <address>",
      "address of /servers/provision, and of the servers",
      listenAddress,
      "0.0.0.0",
    )
    .setting("--port <port>", "port of /servers/provision; 0 takes a free one", port, "3000")
    .setting("--admin-host <address>", "address of the dashboard", listenAddress, "127.0.0.1")
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
    .sharing(tlsOptions)
    .sharing(policyOptions)
    .sharing(storageOptions)
    .sharing(authOptions)
    .sharing(admissionOptions(OWN_PAGES))
    .sharing(limitOptions)
    .sharing(logOptions)
    .sharing(debugOptions)
    .option("--check", "print the options in force, look at the files they name, and end", false)
    .examples("scale-chat balance", "scale-chat balance --max 8 --data chat.db --admin-token-file token")
    .runs<BalanceCommandOptions>((options) =>
      options.check
        ? check(options, runtime, command)
        : withShutdown(runtime.exitNow, (shutdown) => balance(options, runtime, shutdown)),
    );
}

/** Takes no port, asks no Redis, opens no log and starts nobody. Throws as `balance` would for what can be known before. */
async function check(options: BalanceCommandOptions, runtime: Runtime, command: CliCommand): Promise<number> {
  runtime.stdout.write(showEffective(command.effective()));
  await resolve(options, openLog(options, runtime), new RenewalFigures());
  await checkStorage(options);
  return 0;
}

/** What the options name besides the log of messages. */
interface Resolved extends Certificate {
  policy: PolicyOptions;
  adminToken: string | null;
  /** The Redis that is shared with other balancers and servers, if any. */
  redis: RedisAddress | undefined;
}

/** Throws `UsageError` where the options contradict each other, `OperationError` for a file that cannot be used. */
async function resolve(
  options: BalanceCommandOptions,
  log: Logger,
  figures: RenewalFigures,
): Promise<Resolved> {
  checkPorts(options);
  const { DEFAULT_POLICY } = await import("../fleet/policy/options.ts");
  const policy = policyOf(options, availableParallelism(), DEFAULT_POLICY);
  if (policy.min > policy.max) throw new UsageError(`--min ${policy.min} is more than --max ${policy.max}`);
  const { readAdminToken } = await import("../fleet/admin-token.ts");
  const adminToken = options.adminTokenFile === undefined ? null : readAdminToken(options.adminTokenFile);
  const redis = sharedRedis(options);
  const certificate = openTls(options, log);
  // The servers ask for tokens, not the balancer; it only says at once what they would die of.
  await openAuth(options, log, figures);
  return { policy, adminToken, redis, ...certificate };
}

async function balance(
  options: BalanceCommandOptions,
  runtime: Runtime,
  shutdown: Shutdown,
): Promise<number> {
  const { startBalancer } = await import("../fleet/balancer.ts");
  const { clock, random } = runtime;
  const log = openLog(options, runtime);
  outliveDefects(log);
  const figures = new RenewalFigures();
  const resolved = await resolve(options, log, figures);
  const { policy, adminToken, redis: shared, tls } = resolved;
  const id = randomId(random, 6);
  const broker = shared === undefined ? await openStorage(options, runtime, log) : null;
  const channel = shared === undefined ? null : await openChannel(shared, options.redisPrefix, id, log);
  const manager = await openServiceManager(runtime.env, log);
  try {
    const { host, adminHost, drainTimeout } = options;
    const network = { host, port: options.port, tls, adminHost, adminPort: options.adminPort };
    const program = childProgram(options, resolved.tlsFiles, runtime);
    const balancer = startBalancer(
      { ...network, adminToken, policy, program, drainTimeout },
      { id, broker, channel, clock, random, log, version, renewals: figures },
    );
    openLog({ ...options, logLevel: "info" }, runtime).info("balancing", {
      version,
      host,
      port: balancer.port,
      admin_host: adminHost,
      admin_port: balancer.adminPort,
      dashboard: `http://${formatAddress(reachableHost(adminHost), balancer.adminPort)}/`,
    });
    const onTerminalGone = terminalEnd(runtime, shutdown);
    const renewals = renewAtHangup({ ...resolved, listener: balancer, figures, log, onTerminalGone });
    manager.watch({
      // A fleet that may be empty has begun when its balancer listens.
      problem: () => (policy.min === 0 ? null : balancer.problem),
      status: () => describe(balancer),
    });
    const signal = await shutdown.requested;
    log.info("stopping", { reason: signal });
    manager.stopping(drainTimeout);
    await balancer.stop();
    renewals.end();
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

/** Loaded only where there is a Redis. */
async function openChannel(...args: Parameters<typeof openFleetChannel>): Promise<FleetChannel> {
  const { openFleetChannel } = await import("../fleet/redis/open.ts");
  return openFleetChannel(...args);
}
