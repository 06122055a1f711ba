import { systemCode } from "../errors.ts";

/** Why no HTTP answer came from a host, in words. */
export function explainFailure(error: unknown, host: string): string {
  const code = systemCode(error);
  if (code === "ConnectionRefused" || code === "ECONNREFUSED") return `nothing listens on ${host}`;
  if (code === "ENOTFOUND" || code === "FailedToOpenSocket") return `${host} cannot be found`;
  if (isOfCertificate(code)) {
    return `${host} has a certificate that is not trusted here (${code}); NODE_EXTRA_CA_CERTS=FILE trusts one of yours`;
  }
  return `${host} does not answer`;
}

/** As OpenSSL names what it does not like: `DEPTH_ZERO_SELF_SIGNED_CERT`, `CERT_HAS_EXPIRED`, … */
function isOfCertificate(code: string | undefined): boolean {
  return /CERT|SIGNATURE|ISSUER/.test(code ?? "");
}
