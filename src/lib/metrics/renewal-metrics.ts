import type { Metrics } from "./metrics.ts";

/** How it stands with what is read again while a process runs. */
export class RenewalFigures {
  /** When the certificate in use ends, milliseconds since the epoch; `null` where there is none. */
  tlsNotAfter: number | null = null;
  /** How often a file that had changed was of no use, and what was there before it stayed. */
  readonly failures = { tls: 0, auth_keys: 0 };
}

export function renewalMetrics(metrics: Metrics, figures: RenewalFigures): void {
  metrics.gauge(
    "scale_chat_tls_not_after_seconds",
    "End of the certificate in use, since the epoch; 0 without one.",
    () => (figures.tlsNotAfter ?? 0) / 1000,
  );
  metrics.counter(
    "scale_chat_reload_failures_total",
    "Times that files were of no use when they were read again, and what was there before them stayed.",
    () => figures.failures,
    "files",
  );
}
