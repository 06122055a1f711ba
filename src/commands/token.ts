import { Option } from "commander";
import type { CliCommand } from "../cli/command.ts";
import { duration, filePath } from "../cli/parsers.ts";
import { listOf } from "../cli/parsers-list.ts";
import type { Runtime } from "../cli/runtime.ts";
import { timeOfDay } from "../lib/clock.ts";
import { UsageError } from "../lib/errors.ts";
import { checkName } from "../protocol/text.ts";
import { openSigner } from "./auth.ts";

interface TokenOptions {
  authKeyFile?: string[];
  name?: string;
  rooms?: string[];
  ttl: number;
  json: boolean;
}

const YEAR_MS = 365 * 86_400_000;

export function tokenCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("print a token with which somebody may enter rooms of a server with --auth-key-file")
    .setting("--auth-key-file <file>", "the key to sign with: a secret or a private key", listOf(filePath))
    .option("--name <name>", "under which its bearer speaks")
    .addOption(
      new Option("--rooms <pattern>", "rooms that it opens; * is any characters; again for more (default: *)")
        // SCALE_CHAT_ROOMS is how many rooms a load test has.
        .env("SCALE_CHAT_TOKEN_ROOMS")
        .argParser(listOf((pattern) => pattern)),
    )
    .setting("--ttl <time>", "until it ends", duration(1000, YEAR_MS), "1h")
    .option("--json", "the token and what it says, as an object", false)
    .examples(
      "scale-chat token --auth-key-file key --name ann --rooms 'team-*' --ttl 1h",
      "scale-chat token --auth-key-file private.pem --name bot --rooms ops --rooms 'log-*' > bot.token",
    )
    .runs<TokenOptions>((options) => printToken(options, runtime));
}

async function printToken(options: TokenOptions, { stdout }: Runtime): Promise<number> {
  const { name, rooms = ["*"], authKeyFile: files, json } = options;
  if (files === undefined) throw new UsageError("--auth-key-file is missing: the key to sign with");
  if (name === undefined) throw new UsageError("--name is missing: under which its bearer speaks");
  const problem = checkName(name);
  if (problem !== null) throw new UsageError(`--name: ${problem}`);

  const sign = await openSigner(files);
  const expiresAt = timeOfDay.now() + options.ttl;
  const token = await sign({ name, rooms, expiresAt });
  const expires_at = new Date(Math.floor(expiresAt / 1000) * 1000).toISOString();
  stdout.write(json ? `${JSON.stringify({ token, name, rooms, expires_at })}\n` : `${token}\n`);
  return 0;
}
