let known = { resident: 0, heap: 0 };

/**
 * What this process takes of the memory, and what of it JavaScript's objects take; bytes. Asking opens a file: while a
 * process has as many open as it may, the figures are those of before.
 */
export function memoryInUse(): { readonly resident: number; readonly heap: number } {
  try {
    const { rss, heapUsed } = process.memoryUsage();
    known = { resident: rss, heap: heapUsed };
  } catch {
    // Whoever asks has something more important to say than this.
  }
  return known;
}
