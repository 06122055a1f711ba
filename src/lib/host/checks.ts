import type { Check, Demand } from "./check.ts";
import { connectionChecks } from "./connection-checks.ts";
import type { Host } from "./host.ts";
import { type Measured, settingsChecks } from "./settings-checks.ts";

/** Everything that a machine is judged by. */
export function hostChecks(host: Host, measured: Measured, demand: Demand): Check[] {
  return [...settingsChecks(host, measured, demand), ...connectionChecks(host, demand)];
}
