import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { OperationError, whyUnreadable } from "../errors.ts";

/** Where a certificate and its key are. */
export interface TlsFiles {
  certFile: string;
  keyFile: string;
}

/** A certificate, with the chain behind it, and its key, in PEM. */
export interface TlsPem {
  cert: string;
  key: string;
}

/** What files hold. */
export interface Tls extends TlsPem {
  /** When the certificate ends, milliseconds since the epoch. */
  notAfter: number;
}

/** What the files hold. Throws `OperationError` where they cannot be read, or do not belong together. */
export function readTls({ certFile, keyFile }: TlsFiles): Tls {
  const cert = readText("--tls-cert", certFile);
  const key = readText("--tls-key", keyFile);
  const certificate = parsed(
    "--tls-cert",
    certFile,
    "no certificate in PEM",
    () => new X509Certificate(cert),
  );
  const secret = parsed("--tls-key", keyFile, "no private key in PEM", () => createPrivateKey(key));
  if (certificate.checkPrivateKey(secret)) return { cert, key, notAfter: Date.parse(certificate.validTo) };
  throw new OperationError(`--tls-key ${keyFile}: not the key of the certificate in ${certFile}`);
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
