import type { CliCommand } from "../cli/command.ts";
import { filePath } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import { timeOfDay } from "../lib/clock.ts";
import { messageOf, UsageError } from "../lib/errors.ts";
import { readTls, type Tls, type TlsFiles } from "../lib/http/tls-files.ts";
import type { Logger } from "../lib/log.ts";
import type { RenewalFigures } from "../lib/metrics/renewal-metrics.ts";
import type { Shutdown } from "../lib/shutdown.ts";

const DAY_MS = 86_400_000;
/** Whoever renews by itself has done so a month before; two weeks are left to see why it has not. */
const SOON_DAYS = 14;

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
  return files === null ? [] : [`--tls-cert=${files.certFile}`, `--tls-key=${files.keyFile}`];
}

/** Where the certificate is, and what is there; both `null` where there is none. */
export interface Certificate {
  tlsFiles: TlsFiles | null;
  tls: Tls | null;
}

/**
 * Reads the certificate. Throws `UsageError` when one of its two files is missing, `OperationError` for one that is of no use.
 * One that has ended, or will soon, is used and warned of.
 */
export function openTls({ tlsCert: certFile, tlsKey: keyFile }: TlsOptions, log: Logger): Certificate {
  if (certFile === undefined && keyFile === undefined) return { tlsFiles: null, tls: null };
  if (certFile === undefined || keyFile === undefined) {
    throw new UsageError("--tls-cert and --tls-key belong together: give both");
  }
  const tlsFiles = { certFile, keyFile };
  const tls = readTls(tlsFiles);
  warnOfEnd(tls, certFile, timeOfDay.now(), log);
  return { tlsFiles, tls };
}

/** Warns of a certificate that clients do not take any more, or soon will not. */
export function warnOfEnd({ notAfter }: Tls, certFile: string, now: number, log: Logger): void {
  const days = Math.floor((notAfter - now) / DAY_MS);
  const fields = { cert: certFile, not_after: new Date(notAfter).toISOString() };
  if (notAfter <= now) log.error("tls_expired", fields);
  else if (days < SOON_DAYS) log.warn("tls_expires_soon", { ...fields, days });
}

/** Gives newcomers what the files of the certificate hold by then; where that is of no use, what they had. */
export interface Renewals {
  now(): void;
  end(): void;
}

interface RenewalParts extends Certificate {
  listener: { renewTls(tls: Tls): void };
  figures: RenewalFigures;
  log: Logger;
  /** Called at SIGHUP where there is nothing to renew: the terminal is gone. `null` where this runs in none. */
  onTerminalGone: (() => void) | null;
}

/** What SIGHUP does to a program in a terminal: it stops as at SIGTERM; `null` for one that runs in none. */
export function terminalEnd(
  { stderr }: Pick<Runtime, "stderr">,
  shutdown: Pick<Shutdown, "receive">,
): (() => void) | null {
  return stderr.isTTY ? () => shutdown.receive("SIGTERM") : null;
}

/** At each SIGHUP, which ends nothing but a program whose terminal is closed. Once a day the log is told of a certificate that ends soon. */
export function renewAtHangup(parts: RenewalParts): Renewals {
  const { tlsFiles, tls, listener, figures, log, onTerminalGone } = parts;
  let current = tls;
  figures.tlsNotAfter = current?.notAfter ?? null;
  const read = (files: TlsFiles) => {
    const { certFile } = files;
    try {
      const next = readTls(files);
      const fields = { cert: certFile, not_after: new Date(next.notAfter).toISOString() };
      if (next.cert === current?.cert && next.key === current.key) log.info("tls_unchanged", fields);
      else {
        listener.renewTls(next);
        current = next;
        figures.tlsNotAfter = next.notAfter;
        log.info("tls_renewed", fields);
      }
      warnOfEnd(next, certFile, timeOfDay.now(), log);
    } catch (error) {
      figures.failures.tls++;
      log.error("tls_kept", { error: messageOf(error) });
    }
  };
  const now = () => {
    if (tlsFiles !== null) read(tlsFiles);
    else
      log.info("nothing_to_reload", { advice: "without --tls-cert; key files are read again by themselves" });
  };
  const daily = setInterval(() => {
    if (tlsFiles !== null && current !== null) warnOfEnd(current, tlsFiles.certFile, timeOfDay.now(), log);
  }, DAY_MS);
  daily.unref();
  const atHangup = tlsFiles === null && onTerminalGone !== null ? onTerminalGone : now;
  process.on("SIGHUP", atHangup);
  const end = () => {
    clearInterval(daily);
    process.off("SIGHUP", atHangup);
  };
  return { now, end };
}
