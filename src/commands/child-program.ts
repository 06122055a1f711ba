import { logArguments } from "../cli/logger.ts";
import { environmentOfSelf, type Runtime } from "../cli/runtime.ts";
import type { ChildProgram } from "../fleet/child.ts";
import { formatAddress } from "../lib/address.ts";
import type { TlsFiles } from "../lib/http/tls-files.ts";
import { SERVICE_MANAGER_VARIABLES } from "../lib/service-manager.ts";
import { admissionArguments } from "./admission.ts";
import { authArguments } from "./auth.ts";
import { type BalanceCommandOptions, OWN_PAGES } from "./balance-options.ts";
import { debugArguments } from "./debug.ts";
import { limitArguments } from "./limits.ts";
import { redisVariables, storageArguments } from "./storage.ts";
import { tlsArguments } from "./tls.ts";

/** How the servers are started: like this program, with the options that concern them. */
export function childProgram(
  options: BalanceCommandOptions,
  tlsFiles: TlsFiles | null,
  { self, env, stdout }: Runtime,
): ChildProgram {
  // The service manager is told by the balancer alone.
  const own = new Set<string>(SERVICE_MANAGER_VARIABLES);
  const inherited = Object.entries(environmentOfSelf(env)).filter(([name]) => !own.has(name));
  return {
    command: [
      ...self,
      "serve",
      ...networkArguments(options, tlsFiles),
      ...storageArguments(options),
      ...limitArguments(options),
      ...authArguments(options),
      ...admissionArguments(options, OWN_PAGES),
      ...logArguments(options, stdout),
      ...debugArguments(options),
      "--child",
    ],
    // An environment is not shown by ps, and this may hold a password.
    env: { ...Object.fromEntries(inherited), ...redisVariables(options) },
  };
}

/** Any free ports: clients and balancers are told which. A host that is everywhere is filled in for each client. */
function networkArguments(options: BalanceCommandOptions, tlsFiles: TlsFiles | null): string[] {
  const { host, adminHost, advertiseHost } = options;
  const scheme = tlsFiles === null ? "ws" : "wss";
  return [
    ...[`--host=${host}`, "--port=0", `--admin-host=${adminHost}`, "--admin-port=0"],
    `--advertise=${scheme}://${formatAddress(advertiseHost ?? host, 0)}`,
    ...tlsArguments(tlsFiles),
  ];
}
