/** An option as it is in force, with where that comes from. */
export interface EffectiveOption {
  /** `--max-payload`. */
  flag: string;
  /** As a person wrote it. */
  text: string;
  source: "default" | "variable" | "option";
}

/** One line an option. Passwords in addresses are not shown. */
export function showEffective(options: readonly EffectiveOption[]): string {
  const width = Math.max(...options.map(({ flag }) => flag.length));
  return options
    .map(({ flag, text, source }) => `${flag.padEnd(width)}  ${masked(flag, text)}  (${source})\n`)
    .join("");
}

/** Everything up to the last `@` of an address may be a secret; those of a Redis need no scheme. */
function masked(flag: string, text: string): string {
  const hasScheme = /^[a-z+]+:\/\//i.test(text);
  return flag.startsWith("--redis") && !hasScheme
    ? text.replace(/^.*@/, "***@")
    : text.replace(/(\w:\/\/)\S*@/g, "$1***@");
}
