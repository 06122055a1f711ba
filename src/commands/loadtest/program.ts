import { environmentOfSelf, type Runtime } from "../../cli/runtime.ts";
import { excerpt } from "../../lib/sanitise.ts";
import type { GeneratorProgram } from "../../loadtest/generator/remote-generator.ts";

/** Longer ones would not fit into the first line of the results. */
const LONGEST_COMMAND = 1000;

/** The command line as it can be typed again, without passwords in addresses. */
export function commandLine(args: readonly string[]): string {
  const words = args.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  const line = ["scale-chat", ...words].join(" ").replaceAll(/\/\/[^/@\s]*@/g, "//***@");
  return excerpt(line, LONGEST_COMMAND);
}

/** How this program is called to be one of several processes that generate load. */
export function generatorProgram({ self, env }: Runtime, keyFiles: readonly string[] = []): GeneratorProgram {
  const keys = keyFiles.flatMap((file) => ["--auth-key-file", file]);
  return { command: [...self, "loadtest", "--generator", ...keys], env: environmentOfSelf(env) };
}
