import type { Target } from "./target.ts";

/** What can be tried, by its name. Opened only when it is: some start a server. */
export const TARGETS: Readonly<Record<string, () => Promise<Target>>> = {
  frames: async () => (await import("./targets/frames.ts")).frames,
  client: async () => (await import("./targets/client.ts")).client,
  paths: async () => (await import("./targets/paths.ts")).paths,
  values: async () => (await import("./targets/values.ts")).values,
  redis: async () => (await import("./targets/redis.ts")).redis,
  tokens: async () => (await import("./targets/tokens.ts")).tokens,
  csv: async () => (await import("./targets/results-files.ts")).resultsFiles(),
  args: async () => (await import("./targets/command-line.ts")).args,
  env: async () => (await import("./targets/command-line.ts")).env,
  websocket: async () => (await import("./targets/websocket.ts")).websocket(),
  handshake: async () => (await import("./targets/handshakes.ts")).handshakes(),
  http: async () => (await import("./targets/http.ts")).http(),
};
