import { execute } from "./cli/execute.ts";
import { processRuntime } from "./cli/runtime.ts";
import { buildProgram } from "./commands/program.ts";
import { messageOf, systemCode } from "./lib/errors.ts";

// Only here is the process touched as a whole. The exit code is set, not forced: `process.exit` would cut
// what is still on its way into a pipe.
let isTold = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    // A reader that has seen enough (`| head`) is not a failure; a full disk is.
    if (systemCode(error) === "EPIPE") return;
    if (stream === process.stdout && !isTold) {
      isTold = true;
      process.stderr.write(`scale-chat: Cannot write to the standard output: ${messageOf(error)}\n`);
    }
    process.exitCode = 1;
  });
}
const runtime = processRuntime((code) => process.exit(code));
const exitCode = await execute(buildProgram(runtime), runtime.args, runtime);
process.exitCode ||= exitCode;
