import type { Host } from "./host.ts";

/** For tests: a common machine, on which nothing is short for a thousand connections. */
export const HOST: Host = {
  cores: 4,
  cpu: "x",
  cpuMhz: 3000,
  os: "Linux 6.1",
  memory: { total: 8 * 2 ** 30, available: 4 * 2 ** 30 },
  cgroup: { cpus: null, memory: null },
  openFiles: { soft: 20_000, hard: 20_000 },
  nrOpen: 1_048_576,
  systemFiles: { used: 1000, max: 1_000_000 },
  ports: { from: 32_768, to: 60_999 },
  somaxconn: 4096,
  synBacklog: 2048,
  synCookies: true,
  conntrack: { used: 10, max: 262_144 },
  tcpMemory: { used: 100, pressure: 200_000, max: 300_000 },
  clocksource: "tsc",
};
