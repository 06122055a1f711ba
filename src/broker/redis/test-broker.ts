import { systemClock } from "../../lib/clock.ts";
import { silentLogger } from "../../lib/log.ts";
import type { ChatMessage, Position } from "../../protocol/message.ts";
import { CONTRACT_HISTORY } from "../broker.contract.ts";
import type { LogGap } from "../broker.ts";
import type { RedisAddress } from "./address.ts";
import { openRedisBroker } from "./connect.ts";
import type { RedisBroker } from "./redis-broker.ts";

/** Message number `messageId` of one sender. */
export const says = (messageId: number) => ({
  messageId,
  sender: "ann",
  text: String(messageId),
  sentAt: "2026-01-31T12:00:00Z",
  session: "session-0123456789",
});

export function openBroker(address: RedisAddress | null, prefix: string): Promise<RedisBroker> {
  if (address === null) throw new Error("not an address");
  const limits = { prefix, history: CONTRACT_HISTORY, historyTtl: null };
  return openRedisBroker(address, limits, { clock: systemClock, random: Math.random, log: silentLogger });
}

export interface Heard {
  /** Where the log stood. */
  position: Position;
  messages: ChatMessage[];
  gaps: LogGap[];
}

/** Listens to a room and keeps what it hears. */
export async function listen(broker: RedisBroker, room = "r"): Promise<Heard & { offsets(): number[] }> {
  const messages: ChatMessage[] = [];
  const gaps: LogGap[] = [];
  const { position } = await broker.subscribe(
    room,
    (batch) => messages.push(...batch),
    (gap) => gaps.push(gap),
  );
  return { position, messages, gaps, offsets: () => messages.map(({ offset }) => offset) };
}

/** Publishes again and again until it is stored. */
export async function publishUntilStored(broker: RedisBroker, room: string, messageId: number) {
  for (;;) {
    try {
      return await broker.publish(room, says(messageId));
    } catch {
      await Bun.sleep(20);
    }
  }
}
