import { isObject, parseJson, stringOrNull } from "../../lib/json.ts";
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

/**
 * The balancer that a page's `location.search` names, as `?balancer=http://host:port`; `null` where it names none. Throws
 * `TypeError` where that is no address of one. It decides where this browser connects, and nothing else.
 */
export function balancerOf(search: string): string | null {
  const text = new URLSearchParams(search).get("balancer");
  if (text === null) return null;
  const { protocol, pathname, origin } = new URL(text);
  if (!/^https?:$/.test(protocol) || pathname !== "/") throw new TypeError("not a balancer's address");
  return origin;
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
