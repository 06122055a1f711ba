import type { Server } from "bun";
import { listen } from "./listen.ts";
import type { TlsFiles } from "./tls-files.ts";

/** Where something listens; `tls` is what its files hold, `null` without. */
export interface Listening {
  hostname: string;
  port: number;
  tls: TlsFiles | null;
  reusePort: boolean;
}

/**
 * A port whose certificate can be renewed. A listener of Bun keeps the certificate that it began with: another
 * certificate is another listener on the same port, and the one before serves the clients that it has until the last of
 * them has left.
 */
export class RenewablePort<Data> {
  readonly port: number;
  protected current: Server<Data>;
  /** Those with a certificate of before. */
  protected readonly leaving = new Set<Server<Data>>();

  /** Throws `OperationError` when the port cannot be taken. */
  constructor(
    private readonly at: Omit<Listening, "reusePort">,
    private readonly serve: (at: Listening) => Server<Data>,
  ) {
    const alone = listen(at.hostname, at.port, "--port", () => serve({ ...at, reusePort: false }));
    this.port = alone.port!;
    this.current = alone;
    if (at.tls === null) return;
    // A port that may be shared would be shared with any other program, too: whether it is free is seen by taking it alone.
    void alone.stop(true);
    this.current = this.share(at.tls);
  }

  /** From now on newcomers get this certificate. Throws, and nothing has changed, when it is none. */
  renew(tls: TlsFiles): void {
    const before = this.current;
    this.current = this.share(tls);
    this.leaving.add(before);
    void before.stop().then(() => this.leaving.delete(before));
  }

  /** Cuts whoever is still there. */
  async stop(): Promise<void> {
    await Promise.all([this.current, ...this.leaving].map((server) => server.stop(true)));
  }

  private share(tls: TlsFiles): Server<Data> {
    const at = { ...this.at, port: this.port, tls, reusePort: true };
    return listen(at.hostname, at.port, "--port", () => this.serve(at));
  }
}
