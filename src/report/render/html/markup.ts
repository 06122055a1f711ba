import { sanitise } from "../../../lib/sanitise.ts";

/** Text that is HTML (or SVG) already. Made by `html` out of templates, or by `asMarkup` out of our own drawings. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = Markup | string | number | readonly Content[];

/** A template of markup: whatever is put in is text and escaped, unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...contents: Content[]): Markup {
  return new Markup(
    parts.map((part, i) => part + (i < contents.length ? render(contents[i]!) : "")).join(""),
  );
}

/** Vouches for `text`: it must hold nothing from a file that is not escaped. */
export function asMarkup(text: string): Markup {
  return new Markup(text);
}

function render(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (typeof content === "string" || typeof content === "number") return escapeMarkup(String(content));
  return content.map(render).join("");
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand in an element or in a quoted attribute, of HTML and of XML. */
export function escapeMarkup(text: string): string {
  return plainText(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Without what moves the reading direction, and without what XML does not allow. */
export function plainText(text: string): string {
  return sanitise(text)
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, "\ufffd");
}
