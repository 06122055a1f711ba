import type { Target } from "./target.ts";

interface TargetEntry {
  /** Its part of all cases, beside the parts of the others: the quick ones get more. */
  weight: number;
  /** Some start a server: one that is not tried is not opened. */
  open: () => Promise<Target>;
}

/** What can be tried, by its name. */
export const TARGETS: Readonly<Record<string, TargetEntry>> = {
  frames: { weight: 34, open: async () => (await import("./targets/frames.ts")).frames },
  client: { weight: 12, open: async () => (await import("./targets/client.ts")).client },
  paths: { weight: 16, open: async () => (await import("./targets/paths.ts")).paths },
  values: { weight: 12, open: async () => (await import("./targets/values.ts")).values },
  redis: { weight: 12, open: async () => (await import("./targets/redis.ts")).redis },
  tokens: { weight: 4, open: async () => (await import("./targets/tokens.ts")).tokens },
  csv: { weight: 4, open: async () => (await import("./targets/results-files.ts")).resultsFiles() },
  args: { weight: 3, open: async () => (await import("./targets/command-line.ts")).args },
  env: { weight: 2, open: async () => (await import("./targets/command-line.ts")).env },
  websocket: { weight: 2, open: async () => (await import("./targets/websocket.ts")).websocket() },
  handshake: { weight: 1, open: async () => (await import("./targets/handshakes.ts")).handshakes() },
  http: { weight: 2, open: async () => (await import("./targets/http.ts")).http() },
  balance: { weight: 2, open: async () => (await import("./targets/balance.ts")).balance() },
};
