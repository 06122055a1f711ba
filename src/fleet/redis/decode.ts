import { isSocketUrl } from "../../lib/address.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";
import { EVENT_TYPES } from "../status.ts";
import type { EventFrame, OrderFrame, ReportFrame } from "./frames.ts";

/**
 * What comes over Redis is looked at before it is believed: a server of another version, or whoever else may write
 * there, must not bring a balancer or a server down. `null`: it is none of ours, and passed over.
 */
export type Decode<Frame> = (frame: JsonObject) => Frame | null;

/** More clients than one order can be about: the order is counted out, client by client. */
const MOST_MOVED = 1_000_000;
const TYPES: readonly unknown[] = EVENT_TYPES;

/** On the topic of reports. */
export const decodeReport: Decode<ReportFrame> = (frame) => {
  const fits =
    (frame.type === "report" &&
      isIntroduction(frame.from) &&
      isCount(frame.sequence) &&
      isReport(frame.report)) ||
    (frame.type === "gone" && isText(frame.id)) ||
    (frame.type === "balancer" && isText(frame.id) && isCount(frame.starting) && isCount(frame.room));
  return fits ? (frame as unknown as ReportFrame) : null;
};

/** What a server or a balancer is told to do. */
export const decodeOrder: Decode<OrderFrame> = (frame) => {
  const fits =
    frame.type === "report" ||
    (frame.type === "spawn" && isText(frame.reason) && isFigures(frame.figures)) ||
    (frame.type === "retire" && isNumberOrNull(frame.emptiesAt)) ||
    (frame.type === "redistribute" && isText(frame.reason) && isListOf(frame.moves, isRoomMove)) ||
    (frame.type === "drain" &&
      isText(frame.reason) &&
      isListOf(frame.moves, isRoomMove) &&
      (frame.other === null || isUrl(frame.other)));
  return fits ? (frame as unknown as OrderFrame) : null;
};

/** What another balancer decided, or saw. */
export const decodeEvent: Decode<EventFrame> = (frame) => {
  const { from, event } = frame;
  const fits =
    isText(from) &&
    isObject(event) &&
    TYPES.includes(event.type) &&
    (event.server === null || isText(event.server)) &&
    isText(event.reason) &&
    isFigures(event.figures) &&
    (event.moves === undefined || isListOf(event.moves, isMove));
  return fits ? (frame as unknown as EventFrame) : null;
};

function isIntroduction(value: unknown): boolean {
  return (
    isObject(value) &&
    isText(value.id) &&
    isUrl(value.url) &&
    isText(value.adminAddress) &&
    (value.kind === "child" || value.kind === "remote") &&
    isNumber(value.startedAt)
  );
}

function isReport(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { writesPerSecond, lagMs, connections, memoryBytes, problem, isWhole, rooms, emptiesAt } = value;
  return (
    [writesPerSecond, lagMs, connections, memoryBytes].every(isNumber) &&
    (problem === null || isText(problem)) &&
    typeof isWhole === "boolean" &&
    isListOf(rooms, isRoomReport) &&
    isNumberOrNull(emptiesAt)
  );
}

function isRoomReport(value: unknown): boolean {
  return (
    isObject(value) && isText(value.room) && [value.members, value.movable, value.writes].every(isNumber)
  );
}

function isRoomMove(value: unknown): boolean {
  return (
    isObject(value) &&
    isText(value.room) &&
    isCount(value.clients) &&
    value.clients <= MOST_MOVED &&
    isUrl(value.url)
  );
}

function isMove(value: unknown): boolean {
  return isObject(value) && isText(value.room) && isCount(value.clients) && isText(value.to);
}

function isFigures(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(isNumber);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isUrl(value: unknown): boolean {
  return isText(value) && isSocketUrl(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || isNumber(value);
}
