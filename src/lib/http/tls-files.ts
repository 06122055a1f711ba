import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { OperationError, whyUnreadable } from "../errors.ts";

/** A certificate (with the chain behind it) and its key, as files in PEM. */
export interface TlsFiles {
  cert: string;
  key: string;
}

/** What they hold. */
export interface Tls extends TlsFiles {
  /** When the certificate ends, milliseconds since the epoch. */
  notAfter: number;
}

/** What the files hold. Throws `OperationError` where they cannot be read, or do not belong together. */
export function readTls(files: TlsFiles): Tls {
  const cert = readText("--tls-cert", files.cert);
  const key = readText("--tls-key", files.key);
  const certificate = parsed(
    "--tls-cert",
    files.cert,
    "no certificate in PEM",
    () => new X509Certificate(cert),
  );
  const secret = parsed("--tls-key", files.key, "no private key in PEM", () => createPrivateKey(key));
  if (certificate.checkPrivateKey(secret)) return { cert, key, notAfter: Date.parse(certificate.validTo) };
  throw new OperationError(`--tls-key ${files.key}: not the key of the certificate in ${files.cert}`);
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new OperationError(`${option} ${file}: ${whyUnreadable(error)}`);
  }
}

function parsed<T>(option: string, file: string, problem: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    // What the parser says may quote the file.
    throw new OperationError(`${option} ${file}: ${problem}`);
  }
}
