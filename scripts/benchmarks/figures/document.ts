const BEGIN = "<!-- scripts/bench writes from here -->";
const END = "<!-- to here -->";

/** `page` with `text` between its two marks, in place of what stood there. Throws when the marks are not there. */
export function withFigures(page: string, text: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from === -1 || to < from) throw new Error(`the page has no place for figures: "${BEGIN}" … "${END}"`);
  return `${page.slice(0, from + BEGIN.length)}\n\n${text.trim()}\n\n${page.slice(to)}`;
}
