const VOID = new Set(["meta", "br", "hr", "img"]);

/**
 * Reads HTML or SVG as strictly as XML is read, and returns the names of its elements in order. Throws where a tag
 * is not closed, an attribute is not quoted, or text holds a bare `<` or `&`.
 */
export function elementsOf(markup: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  const body = markup.replace(/^<!doctype html>\n/, "").replace(/(<style>).*?(<\/style>)/gs, "$1$2");
  const token = /<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  let at = 0;
  for (const match of body.matchAll(token)) {
    if (match.index !== at) break;
    at += match[0].length;
    const [, closes, name, attributes, selfClosed, text] = match;
    checkReferences(text ?? attributes ?? "");
    if (name === undefined) continue;
    if (closes === "/") {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes <${last}>`);
    } else {
      names.push(name);
      if (selfClosed !== "/" && !VOID.has(name)) open.push(name);
    }
  }
  if (at !== body.length) throw new Error(`not markup: ${body.slice(at, at + 80)}`);
  if (open.length > 0) throw new Error(`never closed: ${open.join(", ")}`);
  return names;
}

function checkReferences(text: string): void {
  const bare = /&(?!(?:amp|lt|gt|quot|#39|#x?[\da-f]+);)/i.exec(text);
  if (bare !== null) throw new Error(`a bare & in ${text.slice(bare.index, bare.index + 40)}`);
}
