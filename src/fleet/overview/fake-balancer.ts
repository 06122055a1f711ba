import { fakeServer, fakeStatus } from "../fake-status.ts";
import type { FleetStatus } from "../status.ts";

/** An admin port that answers as it is told to. For tests. */
export class FakeBalancer {
  status: FleetStatus = fakeStatus(1000, [fakeServer("a")]);
  /** Instead of the status. */
  answer: (() => Response) | null = null;
  readonly asked: string[] = [];
  private readonly server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0, development: false },
    fetch: ({ url }) => {
      this.asked.push(new URL(url).pathname);
      return this.answer?.() ?? Response.json(this.status);
    },
  });

  get host(): string {
    return `127.0.0.1:${this.server.port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  stop(): Promise<void> {
    return this.server.stop(true);
  }
}
