import type { Chance } from "./chance.ts";
import { NASTY_NUMBERS, NASTY_TEXTS, NASTY_VALUES } from "./nasty.ts";

/** Deeper than parsers that call themselves may like. */
const DEEP = 3000;

/** A text that was valid, changed in a few places; now and then not at all. */
export function mutateText(chance: Chance, text: string): string {
  let changed = text;
  for (let changes = chance.below(4); changes > 0; changes--) changed = changeText(chance, changed);
  return changed;
}

function changeText(chance: Chance, text: string): string {
  const from = chance.below(text.length + 1);
  const to = from + chance.below(Math.min(text.length - from, 12) + 1);
  const [before, part, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  switch (chance.below(7)) {
    case 0:
      return before + after;
    case 1:
      return before + chance.pick(NASTY_TEXTS) + after;
    case 2:
      return before + chance.pick(NASTY_TEXTS) + part + after;
    case 3:
      return before + part.repeat(1 + chance.below(40)) + after;
    case 4:
      return before;
    case 5:
      return before + String.fromCharCode(chance.below(chance.odds(0.7) ? 128 : 65_536)) + after;
    default:
      return /\d/.test(text)
        ? text.replace(/\d+/, () => String(chance.pick(NASTY_NUMBERS)))
        : chance.pick(NASTY_TEXTS);
  }
}

/** Bytes that were valid, changed in a few places; now and then not at all. */
export function mutateBytes(chance: Chance, bytes: Buffer): Buffer {
  let changed = Buffer.from(bytes);
  for (let changes = chance.below(4); changes > 0; changes--) changed = changeBytes(chance, changed);
  return changed;
}

function changeBytes(chance: Chance, bytes: Buffer): Buffer<ArrayBuffer> {
  const at = chance.below(bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (chance.below(6)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      if (flipped.length > 0) flipped[at % flipped.length]! ^= 1 << chance.below(8);
      return flipped;
    }
    case 1:
      return Buffer.from(before);
    case 2:
      return Buffer.concat([before, chance.bytes(chance.below(20)), after]);
    case 3:
      return Buffer.concat([before, after.subarray(chance.below(10))]);
    case 4:
      return Buffer.concat([before, Buffer.from(chance.pick(NASTY_TEXTS)), after]);
    default:
      return Buffer.concat([bytes, before]);
  }
}

/** JSON text of a value that was valid: its structure is changed, and now and then the text itself. */
export function mutateJson(chance: Chance, value: unknown): string {
  if (chance.odds(0.02)) return chance.odds(0.5) ? "[".repeat(DEEP) : '{"a":'.repeat(DEEP);
  let changed = value;
  for (let changes = chance.below(4); changes > 0; changes--) changed = mutateValue(chance, changed);
  const text = JSON.stringify(changed) ?? "";
  return chance.odds(0.2) ? mutateText(chance, text) : text;
}

/** A value in place of one that JSON can hold; somewhere within it, or all of it. */
function mutateValue(chance: Chance, value: unknown): unknown {
  const isInside = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  if (!isInside || chance.odds(0.1)) return otherValue(chance, value);
  if (Array.isArray(value)) {
    const at = chance.below(value.length);
    if (chance.odds(0.2)) return [...value, ...value.slice(at)];
    return value.with(at, mutateValue(chance, value[at]));
  }
  const object = value as Record<string, unknown>;
  const name = chance.pick(Object.keys(object));
  const { [name]: field, ...others } = object;
  if (chance.odds(0.15)) return others;
  if (chance.odds(0.15)) return { ...others, [chance.pick(NASTY_TEXTS)]: field };
  return { ...object, [name]: mutateValue(chance, field) };
}

function otherValue(chance: Chance, value: unknown): unknown {
  switch (chance.below(6)) {
    case 0:
      return chance.pick(NASTY_VALUES);
    case 1:
      return chance.pick(NASTY_NUMBERS);
    case 2:
      return [value];
    case 3:
      return { a: value };
    case 4:
      return typeof value === "string" ? mutateText(chance, value) : String(chance.pick(NASTY_NUMBERS));
    default:
      return chance.pick(NASTY_TEXTS);
  }
}
