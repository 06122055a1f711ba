import { isObject, parseJson, stringOrNull } from "../../protocol/json.ts";
import { checkName, checkRoom } from "../../protocol/text.ts";

/** Where somebody is or was, and as whom; `null` where that is not known. */
export interface Place {
  room: string | null;
  name: string | null;
}

const KEY = "scale-chat.place";

/** The room that a page's `location.hash` names, or `null` when it names none that can be. */
export function roomOfHash(hash: string): string | null {
  try {
    return valid(decodeURIComponent(hash.replace(/^#/, "")), checkRoom);
  } catch {
    return null;
  }
}

/** The `location.hash` of a room: what a link to it ends with. */
export function hashOf(room: string): string {
  return `#${encodeURIComponent(room)}`;
}

/** Remembers the last place. A browser that keeps nothing (private, blocked) is asked again next time. */
export class PlaceMemory {
  private current: Place = { room: null, name: null };

  /** `storage` may throw: browsers do when storage is blocked. */
  constructor(private readonly storage: () => Pick<Storage, "getItem" | "setItem">) {
    try {
      this.current = parsePlace(this.storage().getItem(KEY));
    } catch {}
  }

  recall(): Place {
    return this.current;
  }

  keep(place: Place): void {
    this.current = place;
    try {
      this.storage().setItem(KEY, JSON.stringify(place));
    } catch {}
  }
}

function parsePlace(text: string | null): Place {
  const value = text === null ? null : parseJson(text);
  if (!isObject(value)) return { room: null, name: null };
  return {
    room: valid(stringOrNull(value.room), checkRoom),
    name: valid(stringOrNull(value.name), checkName),
  };
}

function valid(text: string | null, check: (text: string) => string | null): string | null {
  return text !== null && check(text) === null ? text : null;
}
