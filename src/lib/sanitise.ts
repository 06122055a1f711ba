/**
 * Characters that could move a terminal's cursor, start an escape sequence, hide text or turn its reading
 * direction: C0 and C1 controls, the line and paragraph separators, the bidirectional controls
 * (Unicode TR 9, "Trojan Source") and the byte-order mark.
 */
const DANGEROUS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** `text` on one line and without characters that a terminal, a log or a CSV could obey. */
export function sanitise(text: string): string {
  return text.replace(/[\t\n\r\u2028\u2029]+/g, " ").replace(DANGEROUS, "");
}

/** `text` with each of these characters as an escape (`\u202e`): JSON on one line keeps its meaning by that. */
export function escapeDangerous(text: string): string {
  return text.replace(
    DANGEROUS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The start of `text`, at most `length` code points, sanitised: for quoting bad input in an error. */
export function excerpt(text: string, length = 40): string {
  // Twice the UTF-16 units that `length` code points can have: some may be taken away.
  const start = text.slice(0, length * 4).toWellFormed();
  const characters = Array.from(sanitise(start));
  return characters.length > length ? `${characters.slice(0, length).join("")}…` : characters.join("");
}
