import type { CliCommand } from "../cli/command.ts";
import { filePath } from "../cli/parsers.ts";
import { messageOf, UsageError } from "../lib/errors.ts";
import type { TlsFiles } from "../lib/http/tls-files.ts";
import { readTls } from "../lib/http/tls-files.ts";
import type { Logger } from "../lib/log.ts";
import type { ChatServer } from "../server/server.ts";

export interface TlsOptions {
  tlsCert?: string;
  tlsKey?: string;
}

export function tlsOptions(command: CliCommand): void {
  command
    .optionsGroup("TLS:")
    .setting("--tls-cert <file>", "speak wss:// and https://: certificate and chain, PEM", filePath)
    .setting("--tls-key <file>", "its private key, PEM; SIGHUP reads both again", filePath);
}

/** `null` where there is none. Throws `UsageError` when one of the two is missing. */
export function tlsFiles({ tlsCert: cert, tlsKey: key }: TlsOptions): TlsFiles | null {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return null;
  throw new UsageError("--tls-cert and --tls-key belong together: give both");
}

/** At each SIGHUP newcomers get what the files then hold; where that is of no use, what they had. Returns the end of it. */
export function renewAtHangup(files: TlsFiles | null, server: ChatServer, log: Logger): () => void {
  if (files === null) return () => {};
  const renew = () => {
    try {
      server.renewTls(readTls(files));
      log.info("tls_renewed", { cert: files.cert });
    } catch (error) {
      log.error("tls_kept", { error: messageOf(error) });
    }
  };
  process.on("SIGHUP", renew);
  return () => process.off("SIGHUP", renew);
}
