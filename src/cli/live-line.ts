/**
 * Draws lines each of which replaces the one before, as progress is shown on a terminal; the empty one leaves
 * nothing. `null` where nobody watches: a file would keep them all.
 */
export function liveLine(stream: NodeJS.WriteStream): ((line: string) => void) | null {
  if (!stream.isTTY) return null;
  // Cut to the window: a line that wraps could not be taken back.
  return (line) => void stream.write(`\r\x1b[K${line.slice(0, stream.columns - 1)}`);
}
