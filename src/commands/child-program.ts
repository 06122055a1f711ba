import { environmentOfSelf, type Runtime } from "../cli/runtime.ts";
import type { ChildProgram } from "../fleet/child.ts";
import type { TlsFiles } from "../lib/http/tls-files.ts";
import { SERVICE_MANAGER_VARIABLES } from "../lib/service-manager.ts";
import { admissionArguments } from "./admission.ts";
import { type BalanceCommandOptions, OWN_PAGES } from "./balance-options.ts";
import { redisVariables } from "./storage.ts";
import { tlsArguments } from "./tls.ts";

/** How the servers are started: like this program, with the options that concern them. */
export function childProgram(
  options: BalanceCommandOptions,
  tlsFiles: TlsFiles | null,
  { self, env, stdout }: Runtime,
): ChildProgram {
  const settings: Record<string, string | number> = {
    host: options.host,
    port: 0,
    "admin-host": options.adminHost,
    "admin-port": 0,
    advertise: `${tlsFiles === null ? "ws" : "wss"}://${advertiseHost(options)}:0`,
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
      ...tlsArguments(tlsFiles),
      ...admissionArguments(options, OWN_PAGES),
      "--child",
    ],
    // An environment is not shown by ps, and this may hold a password.
    env: { ...Object.fromEntries(inherited), ...redisVariables(options) },
  };
}

/** The host part of the servers' URLs; that of a server which listens everywhere is filled in for each client. */
function advertiseHost({ advertiseHost, host }: BalanceCommandOptions): string {
  const name = advertiseHost ?? host;
  return name.includes(":") ? `[${name}]` : name;
}
