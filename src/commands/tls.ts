import type { CliCommand } from "../cli/command.ts";
import { filePath } from "../cli/parsers.ts";
import { messageOf, UsageError } from "../lib/errors.ts";
import { readTls, type TlsFiles } from "../lib/http/tls-files.ts";
import type { Logger } from "../lib/log.ts";

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

/** The same for the command line of another process of this program. */
export function tlsArguments(files: TlsFiles | null): string[] {
  return files === null ? [] : [`--tls-cert=${files.cert}`, `--tls-key=${files.key}`];
}

/** `null` where there is none. Throws `UsageError` when one of the two is missing. */
export function tlsFiles({ tlsCert: cert, tlsKey: key }: TlsOptions): TlsFiles | null {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return null;
  throw new UsageError("--tls-cert and --tls-key belong together: give both");
}

/** Gives newcomers what the files of the certificate hold by then; where that is of no use, what they had. */
export interface Renewals {
  now(): void;
  end(): void;
}

/** At each SIGHUP, too. Without files nothing is done at all. */
export function renewAtHangup(
  files: TlsFiles | null,
  listener: { renewTls(tls: TlsFiles): void },
  log: Logger,
): Renewals {
  if (files === null) return { now() {}, end() {} };
  const now = () => {
    try {
      listener.renewTls(readTls(files));
      log.info("tls_renewed", { cert: files.cert });
    } catch (error) {
      log.error("tls_kept", { error: messageOf(error) });
    }
  };
  process.on("SIGHUP", now);
  return { now, end: () => void process.off("SIGHUP", now) };
}
