/** A terminal that someone looks at. */
export interface Screen {
  columns: number;
  /** Does it show more than ASCII? */
  unicode: boolean;
}

/** What standard output shows things on; `null` where it is a pipe or a file. */
export function screenOf(
  stdout: Pick<NodeJS.WriteStream, "isTTY" | "columns">,
  env: Record<string, string | undefined>,
): Screen | null {
  if (!stdout.isTTY || env.TERM === "dumb") return null;
  // POSIX: the first of these that is set decides.
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== "");
  // A terminal that has not said its size says 0.
  return { columns: stdout.columns > 0 ? stdout.columns : 80, unicode: /utf-?8/i.test(locale ?? "") };
}
