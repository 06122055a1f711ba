/** A message that was said in a room of which other processes have members, too. Times in microseconds since the epoch. */
export interface Saying {
  author: string;
  /** Its number in the plan. */
  room: number;
  sequence: number;
  sentUs: number;
  scheduledUs: number;
  /** Second of the run. */
  second: number;
  counts: boolean;
}

/**
 * Sayings on their way to another process. Thousands of objects a second would cost the channel between two processes more
 * than the chat takes to bring the messages.
 */
export interface PackedSayings {
  /** Their authors, a line each. */
  authors: string;
  /** The rest of each, in the order of `Saying`. */
  figures: Float64Array;
}

const FIGURES = 6;

export function packSayings(sayings: readonly Saying[]): PackedSayings {
  const figures = new Float64Array(FIGURES * sayings.length);
  for (const [i, { room, sequence, sentUs, scheduledUs, second, counts }] of sayings.entries()) {
    figures.set([room, sequence, sentUs, scheduledUs, second, Number(counts)], FIGURES * i);
  }
  return { authors: sayings.map(({ author }) => author).join("\n"), figures };
}

export function unpackSayings({ authors, figures }: PackedSayings): Saying[] {
  if (figures.length === 0) return [];
  return authors.split("\n").map((author, i) => {
    const at = FIGURES * i;
    return {
      author,
      room: figures[at]!,
      sequence: figures[at + 1]!,
      sentUs: figures[at + 2]!,
      scheduledUs: figures[at + 3]!,
      second: figures[at + 4]!,
      counts: figures[at + 5] === 1,
    };
  });
}
