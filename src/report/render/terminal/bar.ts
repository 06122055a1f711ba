const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar that fills a share (0 to 1) of `width` characters, padded to it. What is not nothing is seen. */
export function bar(share: number, width: number, unicode: boolean): string {
  const units = unicode ? 8 : 1;
  const wanted = Math.round(Math.min(1, share) * width * units);
  const length = share > 0 ? Math.max(1, wanted) : 0;
  if (!unicode) return "#".repeat(length).padEnd(width);
  return ("█".repeat(Math.floor(length / 8)) + EIGHTHS[length % 8]).padEnd(width);
}
