import type { RoomMessage } from "../client/connection.ts";
import { excerpt, sanitise } from "../lib/sanitise.ts";
import { type Paint, paintName } from "./colours.ts";
import { cleanName } from "./message-lines.ts";

/** How things look; the person changes some of it. */
export interface ViewStyle {
  paint: Paint;
  /** Show when each message was sent, in local time. */
  timestamps: boolean;
}

/** What the prompt tells. */
export interface RoomStatus {
  room: string;
  online: boolean;
  /** How often it was tried to come back, since the connection was lost. */
  tries: number;
  /** `null`: not known, or not to be shown. */
  members: number | null;
  /** Messages that have waited for their acknowledgement for longer than a moment. */
  sending: number;
}

const PROMPT_ROOM_LENGTH = 24;

/** The first two columns say what a line is, also without colours. */
const GUTTER = { other: "  ", own: "✓ ", mention: "@ ", notice: "* " } as const;

/** A message on one line. `ownName`: who reads it, whose name is made to stand out. */
export function messageLine(message: RoomMessage, ownName: string, style: ViewStyle): string {
  const { paint } = style;
  const time = style.timestamps ? `${paint(timeOf(message.sentAt), "dim")} ` : "";
  const sender = cleanName(message.sender);
  const text = sanitise(message.text);
  if (message.history) return `${GUTTER.other}${time}${paint(`${sender}: ${text}`, "dim")}`;
  if (message.own) return `${paint(GUTTER.own, "green")}${time}${paintName(sender, paint)}: ${text}`;
  const isMention = mentions(text, ownName);
  const gutter = isMention ? paint(GUTTER.mention, "mention") : GUTTER.other;
  return `${gutter}${time}${paintName(sender, paint)}: ${isMention ? paint(text, "mention") : text}`;
}

/** What the program itself has to say. */
export function noticeLine(text: string, { paint }: ViewStyle): string {
  return paint(`${GUTTER.notice}${sanitise(text)}`, "dim");
}

/** `lobby (12) > `, `lobby (12) (1 sending) > `, `lobby (offline, try 3) > `. */
export function promptText(status: RoomStatus, paint: Paint): string {
  const room = paint(excerpt(status.room, PROMPT_ROOM_LENGTH) || "?", "bold");
  const members = status.members === null ? "" : ` (${status.members})`;
  const tries = status.tries < 2 ? "" : `, try ${status.tries}`;
  const state = status.online ? members : ` ${paint(`(offline${tries})`, "yellow")}`;
  const sending = status.sending === 0 ? "" : ` ${paint(`(${status.sending} sending)`, "yellow")}`;
  return `${room}${state}${sending} > `;
}

/** Who is here; people who are here twice stand once, with how often. */
export function membersText(members: number, names: readonly string[] | undefined): string {
  if (names === undefined) return `${members} here; the room is too large to name them`;
  const counts = new Map<string, number>();
  for (const name of names.map(cleanName)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const list = [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count} times)`));
  return `${members} here: ${list.join(", ")}`;
}

/** Does the name stand in the text as a word of its own, in whatever case? */
export function mentions(text: string, name: string): boolean {
  const letters = name.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (letters === "") return false;
  return new RegExp(`(?<![\\p{L}\\p{N}_])${letters}(?![\\p{L}\\p{N}_])`, "iu").test(text);
}

/** HH:MM:SS in local time. */
function timeOf(sentAt: string): string {
  const time = new Date(sentAt);
  return Number.isNaN(time.getTime()) ? "--:--:--" : time.toTimeString().slice(0, 8);
}
