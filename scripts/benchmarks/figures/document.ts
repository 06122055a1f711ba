const END = "<!-- to here -->";

/**
 * `page` with `text` in the place of a command, in place of what stood there. Throws where the page has no such place.
 */
export function withFigures(page: string, command: string, text: string): string {
  const begin = `<!-- ${command} writes from here -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(END, from);
  if (from === -1 || to === -1) throw new Error(`the page has no place for figures: "${begin}" … "${END}"`);
  return `${page.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${page.slice(to)}`;
}
