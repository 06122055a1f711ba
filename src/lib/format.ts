/** Numbers as people read them. Everything here is English, fixed and free of colour. */

const DURATION_UNITS: ReadonlyArray<readonly [string, number]> = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
];

/** Milliseconds as the shortest exact option value: `1500` -> `1.5s`, `250` -> `250ms`. */
export function formatDuration(ms: number): string {
  for (const [unit, size] of DURATION_UNITS) {
    if (ms >= size && Number.isInteger((ms / size) * 10)) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

/** Milliseconds as a person waits: `260400` -> `4m 20s`, `3900000` -> `1h 5m`. */
export function formatWait(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

/** A latency in microseconds, with three significant digits: `840` -> `0.840 ms`, `2500000` -> `2.50 s`. */
export function formatLatency(us: number): string {
  const ms = us / 1000;
  if (Math.abs(ms) >= 1000) return `${threeDigits(ms / 1000)} s`;
  return `${threeDigits(ms)} ms`;
}

/** Three significant digits, but no fraction from 100 on: `0.0405` -> `0.041`, `2.5` -> `2.50`, `1234.5` -> `1,235`. */
export function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return formatCount(value);
  if (size >= 10) return value.toFixed(1);
  return size >= 1 ? value.toFixed(2) : value.toFixed(3);
}

/** A count with thousands separated: `1234567` -> `1,234,567`. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Bytes in powers of 1024: `65536` -> `64 KiB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}

/** A fraction as a percentage, of three significant digits: `0.17193` -> `17.2 %`. Never rounds to nothing or to all. */
export function formatPercent(fraction: number): string {
  const percent = Math.abs(fraction * 100);
  const sign = fraction < 0 ? "-" : "";
  if (percent === 0) return "0 %";
  if (percent < 0.001) return `${fraction < 0 ? ">-" : "<"}0.001 %`;
  if (percent > 99.9 && percent < 100) return `${fraction < 0 ? "<-" : ">"}99.9 %`;
  return `${sign}${percent < 100 ? Number(percent.toPrecision(3)) : formatCount(percent)} %`;
}

/** A count with its noun: `1 client`, `2 clients`. */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
