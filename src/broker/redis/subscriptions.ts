import type { Redis } from "ioredis";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import { type Random, randomId } from "../../lib/random.ts";
import type { ChatMessage, Position } from "../../protocol/message.ts";
import type { HistoryPage, LogGap, Subscription } from "../broker.ts";
import type { Keys } from "./keys.ts";
import { decodeBatch } from "./payload.ts";
import { RedisRoom } from "./redis-room.ts";

export interface SubscriptionParts {
  commands: Redis;
  subscriber: Redis;
  keys: Keys;
  read: (room: string, since: Position | null, limit: number) => Promise<HistoryPage>;
  log: Logger;
  random: Random;
}

interface Entry {
  name: string;
  room: RedisRoom;
  subscribed: Promise<unknown>;
}

/** A room that everyone left is kept for a moment: often somebody comes back at once. */
const LINGER_MS = 1000;
const PROBE_MS = 1000;
/** A subscription that has not heard its own probe for this long is deaf, whatever its connection says. */
const DEAF_MS = 6000;
/** Channels in one command when everything is subscribed to again. */
const RESUBSCRIBE_BATCH = 512;

/** The channels that this server listens to, over one connection. */
export class Subscriptions {
  private readonly entries = new Map<string, Entry>();
  private readonly probe: string;
  private readonly timer: Timer;
  private heardAt = performance.now();

  constructor(private readonly parts: SubscriptionParts) {
    const { subscriber, keys, random } = parts;
    this.probe = keys.probe(randomId(random, 12));
    subscriber.on("message", (channel: string, text: string) => this.hear(channel, text));
    subscriber.on("ready", () => void this.resubscribe());
    this.timer = setInterval(() => this.checkHearing(), PROBE_MS);
    this.timer.unref();
  }

  get problem(): string | null {
    if (this.parts.subscriber.status !== "ready") return "the subscription to Redis is away";
    return performance.now() - this.heardAt > DEAF_MS ? "the subscription to Redis hears nothing" : null;
  }

  async add(
    name: string,
    onMessages: (messages: readonly ChatMessage[]) => void,
    onGap: (gap: LogGap) => void,
  ): Promise<Subscription> {
    const channel = this.parts.keys.channel(name);
    const entry = this.entries.get(channel) ?? this.open(channel, name);
    try {
      await entry.subscribed;
      const { position, end } = await entry.room.listen(onMessages, onGap);
      return { position, unsubscribe: () => this.remove(channel, entry, end) };
    } catch (error) {
      this.leaveLater(channel, entry);
      throw error;
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.entries.clear();
    this.parts.subscriber.disconnect();
  }

  private open(channel: string, name: string): Entry {
    const { subscriber, read, log } = this.parts;
    const room = new RedisRoom((since, limit) => read(name, since, limit), log);
    const entry: Entry = { name, room, subscribed: subscriber.subscribe(channel) };
    this.entries.set(channel, entry);
    return entry;
  }

  private remove(channel: string, entry: Entry, end: () => void): void {
    end();
    this.leaveLater(channel, entry);
  }

  private leaveLater(channel: string, entry: Entry): void {
    setTimeout(() => {
      if (!entry.room.isEmpty || this.entries.get(channel) !== entry) return;
      this.entries.delete(channel);
      this.parts.subscriber.unsubscribe(channel).catch(() => {}); // The connection is away, and the channel with it.
    }, LINGER_MS).unref();
  }

  private hear(channel: string, text: string): void {
    if (channel === this.probe) {
      this.heardAt = performance.now();
      return;
    }
    const entry = this.entries.get(channel);
    if (entry === undefined) return;
    try {
      const batch = decodeBatch(entry.name, text);
      if (batch !== null) entry.room.hear(batch);
    } catch (error) {
      this.parts.log.warn("foreign_message", { room: entry.name, error: messageOf(error) });
    }
  }

  /** The connection is new: nothing is subscribed to, and whatever was published meanwhile was not heard. */
  private async resubscribe(): Promise<void> {
    const { subscriber, log } = this.parts;
    const channels = [this.probe, ...this.entries.keys()];
    try {
      for (let from = 0; from < channels.length; from += RESUBSCRIBE_BATCH) {
        await subscriber.subscribe(...channels.slice(from, from + RESUBSCRIBE_BATCH));
      }
      this.heardAt = performance.now();
      await Promise.all([...this.entries.values()].map(({ room }) => room.catchUp()));
    } catch (error) {
      // Lost again: the next connection starts over.
      log.warn("resubscribe_failed", { error: messageOf(error) });
    }
  }

  private checkHearing(): void {
    const { commands, subscriber, log } = this.parts;
    if (commands.status === "ready") commands.publish(this.probe, "").catch(() => {}); // The check below tells.
    if (subscriber.status !== "ready" || performance.now() - this.heardAt <= DEAF_MS) return;
    log.warn("deaf_subscription", {});
    this.heardAt = performance.now();
    subscriber.disconnect(true);
  }
}
