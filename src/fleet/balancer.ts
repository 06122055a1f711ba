import { FileReserve } from "../lib/file-reserve.ts";
import { HTTP_DEFAULTS, internalError, listen } from "../lib/http/listen.ts";
import { RenewablePort } from "../lib/http/renewable-port.ts";
import type { TlsPem } from "../lib/http/tls-files.ts";
import { LoopDelay } from "../lib/loop-delay.ts";
import type { RenewalFigures } from "../lib/metrics/renewal-metrics.ts";
import { metricsRoute } from "../lib/metrics/route.ts";
import { type AdminDoor, adminRoute } from "./admin-routes.ts";
import { Fleet, type FleetParts } from "./fleet.ts";
import { fleetMetrics } from "./metrics/fleet-metrics.ts";
import type { BalanceOptions } from "./options.ts";
import { publicRoute } from "./public-routes.ts";
import type { FleetStatus } from "./status.ts";

/** What a balancer is made of, besides its options. */
export interface BalancerParts extends FleetParts {
  version: string;
  /** Told by `/metrics`. */
  renewals: RenewalFigures;
}

/** A balancer that is listening, with its fleet. */
export interface Balancer {
  /** The ports that were taken, also when 0 was asked for. */
  readonly port: number;
  readonly adminPort: number;
  /** Why no clients can be taken, or `null`: what `/readyz` says. */
  readonly problem: string | null;
  /** The fleet as `/stats` shows it. */
  status(): FleetStatus;
  /** Newcomers get this certificate from now on; the servers read theirs again. Throws when it is of no use. */
  renewTls(tls: TlsPem): void;
  /** Drains the fleet, ends it, and stops listening. */
  stop(): Promise<void>;
}

/**
 * Listens on both ports and starts the fleet. Throws `OperationError` when a port cannot be taken. Broker and
 * channel are the caller's: they are not closed by `stop`.
 */
export function startBalancer(options: BalanceOptions, parts: BalancerParts): Balancer {
  const { log, clock, version, renewals } = parts;
  const fleet = new Fleet(options, parts);
  const loopDelay = new LoopDelay();
  const metrics = fleetMetrics({ version, fleet, policy: options.policy, loopDelay, clock, renewals });
  const error = (problem: unknown) => internalError(problem, log);
  const { host: hostname, port, tls } = options;
  const entrance = new RenewablePort({ hostname, port, tls }, ({ tls, ...at }) =>
    Bun.serve({
      ...HTTP_DEFAULTS,
      ...at,
      ...(tls === null ? {} : { tls }),
      error,
      fetch: (request) => publicRoute(request, fleet),
    }),
  );
  const files = new FileReserve({ port: entrance, clock, log });
  const problem = () => files.problem ?? fleet.problem;
  const door: AdminDoor = { fleet, token: options.adminToken, problem };
  let admin: Bun.Server<undefined>;
  try {
    admin = listen(options.adminHost, options.adminPort, "--admin-port", () =>
      Bun.serve({
        hostname: options.adminHost,
        port: options.adminPort,
        ...HTTP_DEFAULTS,
        error,
        fetch(request, server) {
          // An event stream may be silent for longer than Bun lets a request be.
          server.timeout(request, 0);
          return metricsRoute(request, metrics) ?? adminRoute(request, door);
        },
      }),
    );
  } catch (problem) {
    void entrance.stop();
    throw problem;
  }
  files.start();
  fleet.start();
  loopDelay.start();
  return {
    port: entrance.port,
    adminPort: admin.port!,
    get problem() {
      return problem();
    },
    status: () => fleet.status(),
    renewTls(tls) {
      entrance.renew(tls);
      fleet.renewTls();
    },
    async stop() {
      files.stop();
      await fleet.stop();
      loopDelay.stop();
      await Promise.all([entrance.stop(), admin.stop(true)]);
    },
  };
}
