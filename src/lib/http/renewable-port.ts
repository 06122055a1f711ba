import type { Server } from "bun";
import { listen } from "./listen.ts";
import type { TlsPem } from "./tls-files.ts";

/** Where something listens; `tls` is what its files hold, `null` without. */
export interface Listening {
  hostname: string;
  port: number;
  tls: TlsPem | null;
  reusePort: boolean;
}

/**
 * A port whose certificate can be renewed, and that can be closed for a while. A listener of Bun keeps the certificate
 * that it began with, and does not begin again: another certificate, and an end of a pause, is another listener on the same
 * port, and the one before serves the clients that it has until the last of them has left.
 */
export class RenewablePort<Data> {
  readonly port: number;
  /** Takes newcomers; `null` in a pause. */
  protected current: Server<Data> | null;
  /** Those before it that still have clients. */
  protected readonly leaving = new Set<Server<Data>>();
  private tls: TlsPem | null;

  /** Throws `OperationError` when the port cannot be taken. */
  constructor(
    private readonly at: Omit<Listening, "reusePort">,
    private readonly serve: (at: Listening) => Server<Data>,
  ) {
    this.tls = at.tls;
    const alone = this.begin(at.port, false);
    this.port = alone.port!;
    this.current = alone;
    if (at.tls === null) return;
    // A port that may be shared would be shared with any other program, too: whether it is free is seen by taking it alone.
    void alone.stop(true);
    this.current = this.begin(this.port, true);
  }

  /** From now on newcomers get this certificate. Throws, and nothing has changed, when it is none. */
  renew(tls: TlsPem): void {
    const before = this.tls;
    this.tls = tls;
    if (this.current === null) return;
    try {
      const next = this.begin(this.port, true);
      this.pause();
      this.current = next;
    } catch (error) {
      this.tls = before;
      throw error;
    }
  }

  /** From now on newcomers find nobody listening; who is in stays. */
  pause(): void {
    const before = this.current;
    if (before === null) return;
    this.current = null;
    this.leaving.add(before);
    void before.stop().then(() => this.leaving.delete(before));
  }

  /** The end of a pause. Throws `OperationError` when the port cannot be taken. */
  resume(): void {
    this.current ??= this.begin(this.port, this.tls !== null);
  }

  /** Cuts whoever is still there. */
  async stop(): Promise<void> {
    await Promise.all(
      [...(this.current === null ? [] : [this.current]), ...this.leaving].map((server) => server.stop(true)),
    );
  }

  private begin(port: number, reusePort: boolean): Server<Data> {
    const at = { ...this.at, port, tls: this.tls, reusePort };
    return listen(at.hostname, port, "--port", () => this.serve(at));
  }
}
