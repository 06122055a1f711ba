import { slashCommands } from "./slash-commands.ts";

/** What could stand instead of `typed`, the end of the line. */
export interface Completion {
  candidates: string[];
  typed: string;
}

/**
 * Completes the word before the cursor: a command at the start of a line, else a name. A name that begins a line
 * addresses someone and gets a colon, as in IRC.
 */
export function complete(line: string, names: Iterable<string>): Completion {
  if (/^\/[^\s/]*$/.test(line)) {
    const candidates = slashCommands.map(({ name, argument }) => `/${name}${argument === null ? "" : " "}`);
    return { candidates: candidates.filter((candidate) => candidate.startsWith(line)), typed: line };
  }
  const typed = /\S*$/.exec(line)![0];
  if (typed === "") return { candidates: [], typed };
  const ending = typed === line ? ": " : " ";
  const fits = (name: string) => name.toLowerCase().startsWith(typed.toLowerCase());
  const candidates = [...new Set(names)].filter(fits).sort();
  return { candidates: candidates.map((name) => `${name}${ending}`), typed };
}
