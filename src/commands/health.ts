import type { CliCommand } from "../cli/command.ts";
import { duration, port } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import { formatAddress, reachableHost } from "../lib/address.ts";
import { checkHealth } from "../lib/http/health.ts";

interface HealthOptions {
  adminHost: string;
  adminPort: number;
  live: boolean;
  timeout: number;
}

/** For what watches a container or a service: the same variables lead it to the same port. */
export function healthCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("does a server or a balancer take clients? Exit code 0: yes, 1: no, and why")
    .option("--admin-host <address>", "as the server was told", "127.0.0.1")
    .setting("--admin-port <port>", "as the server was told; a balancer's is 3001", port, "8081")
    .option("--live", "ask only whether it runs: also yes while its Redis is away or it drains", false)
    .setting("--timeout <time>", "for the answer", duration(100, 60_000), "3s")
    .examples("scale-chat health", "scale-chat health --admin-port 3001 && echo the fleet takes clients")
    .runs<HealthOptions>(async ({ adminHost, adminPort, live, timeout }) => {
      const origin = `http://${formatAddress(reachableHost(adminHost), adminPort)}`;
      await checkHealth(new URL(live ? "/healthz" : "/readyz", origin), timeout);
      runtime.stdout.write(live ? "live\n" : "ready\n");
      return 0;
    });
}
