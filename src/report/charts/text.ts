/** About how wide a character is, in parts of the font's size. */
const CHARACTER = 0.6;

/** Pixels that a text takes, estimated: there is no font to measure where charts are drawn. */
export function textWidth(text: string, fontSize: number): number {
  return Math.ceil(text.length * fontSize * CHARACTER);
}

/** The end of a text that is too long for a place: files of a sweep are told apart there. */
export function fitText(text: string, pixels: number, fontSize: number): string {
  const most = Math.max(2, Math.floor(pixels / (fontSize * CHARACTER)));
  return text.length <= most ? text : `…${text.slice(1 - most)}`;
}
