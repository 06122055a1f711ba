import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";

export const hasOpenssl = Bun.which("openssl") !== null;

/** For tests: self-signed certificates for 127.0.0.1, and the two files that hold one of them at a time. */
export class Certificates {
  readonly folder = mkdtempSync(join(tmpdir(), "scale-chat-tls-"));
  readonly cert = join(this.folder, "cert");
  readonly key = join(this.folder, "key");

  /** The first of the names is the one that is in use. */
  constructor(...names: [string, ...string[]]) {
    for (const name of names) this.certify(name);
    this.use(names[0]);
  }

  /** From now on the files hold the one of that name. */
  use(name: string): void {
    copyFileSync(this.path(name, "cert"), this.cert);
    copyFileSync(this.path(name, "key"), this.key);
  }

  path(name: string, what: "cert" | "key"): string {
    return join(this.folder, `${name}.${what}`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private certify(name: string): void {
    const made = Bun.spawnSync([
      ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
      ...["-nodes", "-days", "2", "-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1"],
      ...["-keyout", this.path(name, "key"), "-out", this.path(name, "cert")],
    ]);
    if (!made.success) throw new Error(made.stderr.toString());
  }
}

/** The name in the certificate that a newcomer at the port is shown. */
export function shownAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}
