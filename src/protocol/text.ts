import {
  MAX_MESSAGE_ID_LENGTH,
  MAX_NAME_LENGTH,
  MAX_ROOM_LENGTH,
  MAX_SESSION_LENGTH,
  MIN_SESSION_LENGTH,
} from "./limits.ts";

/**
 * What names, rooms, ids and texts may hold. Each check answers with `null` when the value is fine and else with
 * a sentence that says what is allowed.
 */
type Problem = string | null;

/** C0, DEL and C1. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
/** A text may have lines and tabs, but nothing else that a terminal obeys. */
const CONTROL_IN_TEXT = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const URL_SAFE = /^[A-Za-z0-9._~-]+$/;
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,12})?([Zz]|[+-]\d\d:\d\d)$/;

export function checkRoom(room: string): Problem {
  const rule = `a room name has 1 to ${MAX_ROOM_LENGTH} characters and no control characters`;
  if (room.length === 0 || isLonger(room, MAX_ROOM_LENGTH)) return rule;
  if (CONTROL.test(room) || !room.isWellFormed()) return rule;
  // URLs drop these two as steps in a path, however they are written.
  if (room === "." || room === "..") return "a room cannot be named . or ..";
  return null;
}

export function checkName(name: string): Problem {
  const fine =
    name.trim().length > 0 && !isLonger(name, MAX_NAME_LENGTH) && !CONTROL.test(name) && name.isWellFormed();
  return fine
    ? null
    : `a name has 1 to ${MAX_NAME_LENGTH} characters, not only spaces, and no control characters`;
}

export function checkSession(session: string): Problem {
  const { length } = session;
  const fine = length >= MIN_SESSION_LENGTH && length <= MAX_SESSION_LENGTH && URL_SAFE.test(session);
  return fine
    ? null
    : `session has ${MIN_SESSION_LENGTH} to ${MAX_SESSION_LENGTH} of the characters A-Z a-z 0-9 . _ ~ -`;
}

export function checkText(text: unknown): Problem {
  if (typeof text !== "string") return "text must be a string";
  if (text.length === 0) return "text must not be empty";
  if (CONTROL_IN_TEXT.test(text))
    return "text must not hold control characters other than line feeds and tabs";
  if (!text.isWellFormed()) return "text must be valid Unicode: it holds half of a surrogate pair";
  return null;
}

export function checkMessageId(id: unknown): Problem {
  if (typeof id === "number" && Number.isSafeInteger(id) && id >= 0) return null;
  if (typeof id === "string" && id.length > 0 && id.length <= MAX_MESSAGE_ID_LENGTH) {
    if (!CONTROL.test(id) && id.isWellFormed()) return null;
  }
  return `message_id must be a whole number from 0 to 2^53-1, or a string of 1 to ${MAX_MESSAGE_ID_LENGTH} characters`;
}

export function checkTimestamp(time: unknown): Problem {
  if (typeof time === "string" && RFC_3339.test(time)) return null;
  return "sent_at must be a time as in RFC 3339: 2026-01-31T12:00:00.000Z";
}

/** Longer than `limit` code points? Counts only when the cheap length leaves it open. */
function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  return text.length > limit * 2 || [...text].length > limit;
}
