import type { ServerStats } from "../server/stats.ts";
import type { RunningServer } from "./harness.ts";

/** The figures of a server that runs, as its admin port shows them. */
export async function statsOf({ adminPort }: RunningServer): Promise<ServerStats> {
  return (await (await fetch(`http://127.0.0.1:${adminPort}/stats`)).json()) as ServerStats;
}
