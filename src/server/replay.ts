import type { Broker, HistoryPage } from "../broker/broker.ts";
import type { GapFrame } from "../protocol/frames.ts";
import type { ChatMessage, Position } from "../protocol/message.ts";

/** Messages asked of the broker at a time. */
const PAGE = 250;

/** Where a client starts in the log of a room, and whether something before that is lost to it. */
export interface ReplayStart {
  /** The client has, or does without, everything up to here. */
  from: Position;
  recovered: boolean;
  gap: GapFrame | null;
  /** What came along with the answer; more may follow. */
  messages: readonly ChatMessage[];
}

/**
 * Finds where a client that asked for `since` or for the last `history` messages starts. `live` tells how far
 * the room has delivered by the time the answer is there.
 */
export async function startReplay(
  broker: Broker,
  room: string,
  request: { since: Position | null; history: number },
  live: () => Position,
): Promise<ReplayStart> {
  const { since, history } = request;
  if (since === null && history === 0) return { from: live(), recovered: false, gap: null, messages: [] };

  const page = since === null ? await newest(broker, room, history) : await broker.history(room, since, PAGE);
  const from: Position = { epoch: page.epoch, offset: startOffset(page, since) };
  const recovered = since !== null && page.complete;
  const gap = since === null || recovered ? null : gapFrame(since, from);
  return { from, recovered, gap, messages: page.messages };
}

/** The first page of the newest `count` messages. */
async function newest(broker: Broker, room: string, count: number): Promise<HistoryPage> {
  if (count <= PAGE) return broker.history(room, null, count);
  const { epoch, head } = await broker.history(room, null, 0);
  return broker.history(room, { epoch, offset: Math.max(0, head - count) }, PAGE);
}

/** The messages after `from` that the broker gives next; `gap` when some of them are gone by now. */
export async function continueReplay(
  broker: Broker,
  room: string,
  from: Position,
): Promise<{ gap: GapFrame | null; messages: readonly ChatMessage[] }> {
  const page = await broker.history(room, from, PAGE);
  if (page.complete) return { gap: null, messages: page.messages };
  const start = { epoch: page.epoch, offset: startOffset(page, from) };
  return { gap: gapFrame(from, start), messages: page.messages };
}

function startOffset(page: HistoryPage, since: Position | null): number {
  const first = page.messages[0];
  if (first !== undefined) return first.offset - 1;
  return since !== null && page.complete ? since.offset : page.head;
}

function gapFrame(since: Position, start: Position): GapFrame {
  if (since.epoch !== start.epoch || since.offset > start.offset) {
    return { type: "gap", from: 1, to: start.offset, reason: "epoch" };
  }
  return { type: "gap", from: since.offset + 1, to: start.offset, reason: "trimmed" };
}
