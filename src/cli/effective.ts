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
    .map(({ flag, text, source }) => `${flag.padEnd(width)}  ${masked(text)}  (${source})\n`)
    .join("");
}

/** Everything up to the last `@` of an address may be a secret. */
function masked(text: string): string {
  return text.replace(/(\w:\/\/)\S*@/g, "$1***@");
}
