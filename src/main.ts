import { execute } from "./cli/program.ts";
import { processRuntime } from "./cli/runtime.ts";

// Only here is the process touched as a whole. The exit code is set, not forced: `process.exit` would cut
// what is still on its way into a pipe.
process.exitCode = await execute(
  process.argv.slice(2),
  processRuntime((code) => process.exit(code)),
);
