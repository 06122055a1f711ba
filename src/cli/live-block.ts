/**
 * Draws texts of several lines each of which replaces the one before; the empty one leaves nothing. `null` where
 * nobody watches: a file would keep them all.
 */
export function liveBlock(stream: NodeJS.WriteStream): ((text: string) => void) | null {
  if (!stream.isTTY) return null;
  let drawn = 0;
  return (text) => {
    // Cut to the window: what has scrolled out of it could not be taken back.
    const lines =
      text === ""
        ? []
        : text
            .trimEnd()
            .split("\n")
            .slice(0, stream.rows - 1);
    const up = drawn === 0 ? "" : `\x1b[${drawn}A`;
    stream.write(`${up}\r\x1b[J${lines.map((line) => `${line.slice(0, stream.columns - 1)}\n`).join("")}`);
    drawn = lines.length;
  };
}
