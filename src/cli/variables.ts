const PREFIX = "SCALE_CHAT_";
/** A name that is further from every known one than this is another word, not a slip. */
const FARTHEST = 3;

/** A variable that means nothing, and the known one that may have been meant. */
export interface StrangeVariable {
  name: string;
  nearest: string | null;
}

/** Variables of this program's kind that no option reads: misspelt, what they should have set is not set. */
export function strangeVariables(
  env: Readonly<Record<string, string | undefined>>,
  known: ReadonlySet<string>,
): StrangeVariable[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .map((name) => ({ name, nearest: nearestOf(name, known) }));
}

/** What a person is told of it. */
export function describeStrange({ name, nearest }: StrangeVariable): string {
  const hint = nearest === null ? "see --help for the options" : `did you mean ${nearest}?`;
  return `${name}: no option has this variable, and it is ignored; ${hint}`;
}

function nearestOf(name: string, known: ReadonlySet<string>): string | null {
  let [nearest, least]: [string | null, number] = [null, FARTHEST + 1];
  for (const candidate of known) {
    const steps = distance(name, candidate);
    if (steps < least) [nearest, least] = [candidate, steps];
  }
  return nearest;
}

/** Letters to put in, take out or change on the way from one word to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
