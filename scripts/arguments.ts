import { type ParseArgsConfig, parseArgs } from "node:util";
import { messageOf } from "../src/lib/errors.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>["values"];

/**
 * The options that `scripts/{name}` was called with. `--help` shows them and ends it with 0, one that there is not ends it
 * with 2 and a line that says which there are.
 */
export function readArguments<T extends Options>(name: string, options: T): Values<T> {
  const usage = `usage: scripts/${name} ${Object.entries(options).map(describe).join(" ")}`;
  if (process.argv.slice(2).some((text) => text === "--help" || text === "-h")) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${name}: ${messageOf(error)}; ${usage}`);
    process.exit(2);
  }
}

function describe([name, { type, multiple, default: usual }]: [string, Options[string]]): string {
  if (type === "boolean") return `[--${name}]`;
  if (multiple)
    return `[--${name} ${Array.isArray(usual) && usual.length > 0 ? usual.join("|") : "VALUE"} ...]`;
  return `[--${name} ${usual ?? "VALUE"}]`;
}
