import type { Server } from "bun";
import { listen } from "../lib/http/listen.ts";
import type { TlsFiles } from "../lib/http/tls-files.ts";
import type { Session } from "./session.ts";

/** Where the chat listens; `tls` is what its files hold, `null` without. */
export interface Listening {
  hostname: string;
  port: number;
  tls: TlsFiles | null;
  reusePort: boolean;
}

/**
 * The port of the chat. A listener of Bun keeps the certificate that it began with: another certificate is another
 * listener on the same port, and the one before serves the clients that it has until the last of them has left.
 */
export class ChatPort {
  readonly port: number;
  private current: Server<Session>;
  /** Those with a certificate of before. */
  private readonly leaving = new Set<Server<Session>>();

  /** Throws `OperationError` when the port cannot be taken. */
  constructor(
    private readonly at: Omit<Listening, "reusePort">,
    private readonly serve: (at: Listening) => Server<Session>,
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

  publish(topic: string, frame: string): void {
    this.current.publish(topic, frame, false);
    for (const server of this.leaving) server.publish(topic, frame, false);
  }

  /** Cuts whoever is still there. */
  async stop(): Promise<void> {
    await Promise.all([this.current, ...this.leaving].map((server) => server.stop(true)));
  }

  private share(tls: TlsFiles): Server<Session> {
    const at = { ...this.at, port: this.port, tls, reusePort: true };
    return listen(at.hostname, at.port, "--port", () => this.serve(at));
  }
}
