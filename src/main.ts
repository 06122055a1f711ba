import { processRuntime, type Runtime } from "./cli/runtime.ts";
import { VERSION_FLAGS, versionLine } from "./cli/version.ts";
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
const [first = "", ...others] = runtime.args;
if (VERSION_FLAGS.includes(first) && others.length === 0) runtime.stdout.write(`${versionLine}\n`);
else process.exitCode ||= await run(runtime);

/** Loads the commands and runs one: most of the time that a start takes, which who asks for the version need not wait. */
async function run(runtime: Runtime): Promise<number> {
  const [{ execute }, { buildProgram }] = await Promise.all([
    import("./cli/execute.ts"),
    import("./commands/program.ts"),
  ]);
  return execute(buildProgram(runtime), runtime.args, runtime);
}
