import { Option } from "commander";
import type { CliCommand } from "../cli/command.ts";
import { adminUrl } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import type { OverviewOptions } from "../fleet/overview/show.ts";
import { withShutdown } from "../lib/shutdown.ts";

const DEFAULT_URL = "http://127.0.0.1:3001";

interface StatusCommandOptions extends OverviewOptions {
  watch: boolean;
}

export function statusCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("a fleet as a table: its servers, and the rooms that cost most")
    .option("--watch", "again each second, until Ctrl-C", false)
    .option("--json", "the balancer's own answer, on one line", false)
    .addOption(
      new Option("--url <address>", "a balancer's dashboard; its variable is SCALE_CHAT_ADMIN_URL")
        // SCALE_CHAT_URL is where chat and loadtest find their room.
        .env("SCALE_CHAT_ADMIN_URL")
        .argParser(adminUrl)
        .default(DEFAULT_URL),
    )
    .examples(
      "scale-chat status",
      "scale-chat status --watch --url http://10.0.0.5:3001",
      "scale-chat status --watch --json | jq --unbuffered .writes_per_s",
    )
    .runs<StatusCommandOptions>(async ({ watch, ...options }) => {
      const { showFleet, watchFleet } = await import("../fleet/overview/show.ts");
      if (!watch) return showFleet(options, runtime);
      return withShutdown(runtime.exitNow, (shutdown) => watchFleet(options, runtime, shutdown));
    });
}
