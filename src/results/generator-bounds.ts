/** From these figures on a load generator shapes what it measures: its own delay is part of every latency. */
export const GENERATOR_BOUNDS = {
  /** Of one core, one process. */
  cpuPercent: 90,
  /** The longest time for which its event loop was busy with something else. */
  loopDelayMs: 100,
  /** 99th percentile of how late it sent. */
  sendLagMs: 20,
} as const;
