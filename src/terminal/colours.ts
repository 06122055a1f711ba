import { hash32 } from "../lib/hash.ts";

export type Style = "dim" | "bold" | "green" | "yellow" | "mention";

/** Puts a style around a text, or leaves it as it is where there are no colours. */
export type Paint = (text: string, style: Style | `name${number}`) => string;

const CODES: Record<Style, string> = { dim: "2", bold: "1", green: "32", yellow: "33", mention: "1;33" };

/** Foregrounds that can be read on light and on dark ground. */
const NAME_CODES = ["31", "32", "33", "34", "35", "36", "91", "92", "94", "95", "96"];

export const plainPaint: Paint = (text) => text;

export const colourPaint: Paint = (text, style) => {
  const code = CODES[style as Style] ?? NAME_CODES[Number(style.slice("name".length)) % NAME_CODES.length];
  return `\u001b[${code}m${text}\u001b[0m`;
};

/** Colours are for people at a terminal who did not ask to be spared them (https://no-color.org). */
export function choosePaint(isTerminal: boolean, env: Record<string, string | undefined>): Paint {
  return isTerminal && !env.NO_COLOR && env.TERM !== "dumb" ? colourPaint : plainPaint;
}

/** A name in its colour: the same on every terminal, because it comes from the name. */
export function paintName(name: string, paint: Paint): string {
  return paint(name, `name${hash32(name) % NAME_CODES.length}`);
}
