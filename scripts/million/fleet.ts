import { type RunningServer, startServer } from "../../src/e2e/harness.ts";

/** Started at a time: each takes a core for a moment. */
const AT_ONCE = 4;

/** Servers that know nothing of each other, each on all addresses of this machine. */
export async function startServers(count: number): Promise<RunningServer[]> {
  const servers: RunningServer[] = [];
  try {
    while (servers.length < count) {
      const next = Math.min(AT_ONCE, count - servers.length);
      servers.push(
        ...(await Promise.all(Array.from({ length: next }, () => startServer(["--host", "0.0.0.0"])))),
      );
    }
  } catch (error) {
    await endServers(servers);
    throw error;
  }
  return servers;
}

/** How many clients they have; `null` when one of them does not say: a hundred processes share this machine. */
export async function connectionsOf(servers: readonly RunningServer[]): Promise<number | null> {
  try {
    const told = await Promise.all(
      servers.map(async ({ adminPort }) => {
        const answer = await fetch(`http://127.0.0.1:${adminPort}/stats`);
        return ((await answer.json()) as { connections: number }).connections;
      }),
    );
    return told.reduce((sum, connections) => sum + connections, 0);
  } catch {
    return null;
  }
}

/** At once, without a goodbye to anyone. */
export async function endServers(servers: readonly RunningServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.kill()));
}
