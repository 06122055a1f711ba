/** For tests: a balancer that names the servers it is told to, in turn. */
export class FakeBalancer {
  /** The rooms that were asked for. */
  readonly asked: Array<string | null> = [];
  /** `ws://host:port`; while there is none the answer is 503. */
  servers: string[] = [];
  /** Answers in place of that. */
  answer: (() => Response | Promise<Response>) | null = null;
  private readonly server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      const url = new URL(request.url);
      if (url.pathname !== "/servers/provision") return new Response(null, { status: 404 });
      this.asked.push(url.searchParams.get("room"));
      if (this.answer !== null) return this.answer();
      const server = this.servers[(this.asked.length - 1) % this.servers.length];
      const headers = { "access-control-allow-origin": "*" };
      if (server !== undefined) return Response.json({ id: "s", url: server }, { headers });
      const refusal = { status: 503, headers: { ...headers, "retry-after": "1" } };
      return Response.json({ error: "no server takes clients" }, refusal);
    },
  });

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  get host(): string {
    return `127.0.0.1:${this.server.port}`;
  }

  stop(): Promise<void> {
    return this.server.stop(true);
  }
}
