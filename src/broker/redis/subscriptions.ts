import type { Cluster, Redis } from "ioredis";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import type { ChatMessage } from "../../protocol/message.ts";
import type { LogGap, Subscription } from "../broker.ts";
import { Hearing } from "./hearing.ts";
import type { Keys } from "./keys.ts";
import { end } from "./links.ts";
import { decodeBatch } from "./payload.ts";
import { type ReadLog, RedisRoom } from "./redis-room.ts";

export interface SubscriptionParts {
  /** Where what this hears is published. */
  commands: Redis | Cluster;
  /** Belongs to the subscriptions from now on. */
  subscriber: Redis;
  isSharded: boolean;
  keys: Keys;
  /** The channel on which it hears itself. */
  probe: string;
  readLog: (room: string) => ReadLog;
  log: Logger;
}

interface Entry {
  name: string;
  room: RedisRoom;
  subscribed: Promise<unknown>;
  /** Those who are about to listen: they are not in the room yet, and need its channel all the same. */
  joining: number;
}

/** A room that everyone left is kept for a moment: often somebody comes back at once. */
const LINGER_MS = 1000;
/** Within so long every room that hears nothing looks whether there is really nothing. */
const LOOK_MS = 30_000;
const LOOKS_MS = 1000;
/** Channels in one command when everything is subscribed to again. */
const RESUBSCRIBE_BATCH = 512;

/** The channels that this server listens to over one connection. */
export class Subscriptions {
  /** Resolves when there is a connection for the first time. */
  readonly connected: Promise<void>;
  private readonly entries = new Map<string, Entry>();
  private readonly hearing: Hearing;
  private readonly timer: Timer;
  /** The rooms that are looked after next. */
  private round: Iterator<Entry> = [].values();

  constructor(private readonly parts: SubscriptionParts) {
    const { subscriber, isSharded } = parts;
    subscriber.on(isSharded ? "smessage" : "message", (channel: string, text: string) =>
      this.hear(channel, text),
    );
    subscriber.on("ready", () => void this.resubscribe());
    this.connected = subscriber.connect();
    this.connected.catch(() => {}); // Whoever needs it asks; it is tried again by itself.
    this.hearing = new Hearing(subscriber, () => this.sayProbe(), parts.log);
    this.timer = setInterval(() => this.lookAfterQuietRooms(), LOOKS_MS);
    this.timer.unref();
  }

  /** What is heard here of a room; `undefined` where nobody listens to it. */
  room(name: string): RedisRoom | undefined {
    return this.entries.get(this.parts.keys.channel(name))?.room;
  }

  get problem(): string | null {
    return this.hearing.problem;
  }

  async add(
    name: string,
    onMessages: (messages: readonly ChatMessage[]) => void,
    onGap: (gap: LogGap) => void,
  ): Promise<Subscription> {
    const channel = this.parts.keys.channel(name);
    const entry = this.entries.get(channel) ?? this.open(channel, name);
    entry.joining++;
    try {
      await entry.subscribed;
      const { position, end } = await entry.room.listen(onMessages, onGap);
      return { position, unsubscribe: () => this.remove(channel, entry, end) };
    } catch (error) {
      this.leaveLater(channel, entry);
      throw error;
    } finally {
      entry.joining--;
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.hearing.stop();
    this.entries.clear();
    end(this.parts.subscriber);
  }

  private open(channel: string, name: string): Entry {
    const { readLog, log } = this.parts;
    const room = new RedisRoom(readLog(name), log);
    const subscribed = this.whenReady().then(() => this.listenTo([channel]));
    const entry: Entry = { name, room, subscribed, joining: 0 };
    this.entries.set(channel, entry);
    // Those who waited for it are told; whoever comes next begins anew.
    subscribed.catch(() => this.leave(channel, entry));
    return entry;
  }

  /** The first connection is worth waiting for; when a later one is away, whoever comes is told at once. */
  private async whenReady(): Promise<void> {
    if (this.parts.subscriber.status !== "ready") await this.connected;
  }

  private listenTo(channels: string[]): Promise<unknown> {
    const { subscriber, isSharded } = this.parts;
    return isSharded ? subscriber.ssubscribe(...channels) : subscriber.subscribe(...channels);
  }

  private stopListeningTo(channel: string): Promise<unknown> {
    const { subscriber, isSharded } = this.parts;
    return isSharded ? subscriber.sunsubscribe(channel) : subscriber.unsubscribe(channel);
  }

  private remove(channel: string, entry: Entry, end: () => void): void {
    end();
    this.leaveLater(channel, entry);
  }

  private leaveLater(channel: string, entry: Entry): void {
    setTimeout(() => {
      if (entry.room.isEmpty && entry.joining === 0) this.leave(channel, entry);
    }, LINGER_MS).unref();
  }

  private leave(channel: string, entry: Entry): void {
    if (this.entries.get(channel) !== entry) return;
    this.entries.delete(channel);
    this.stopListeningTo(channel).catch(() => {}); // The connection is away, and the channel with it.
  }

  private hear(channel: string, text: string): void {
    if (channel === this.parts.probe) {
      this.hearing.heard();
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
    const { probe, log } = this.parts;
    const channels = [probe, ...this.entries.keys()];
    try {
      for (let from = 0; from < channels.length; from += RESUBSCRIBE_BATCH) {
        await this.listenTo(channels.slice(from, from + RESUBSCRIBE_BATCH));
      }
      this.hearing.heard();
      await Promise.all([...this.entries.values()].map(({ room }) => room.catchUp()));
    } catch (error) {
      log.warn("resubscribe_failed", { error: messageOf(error) });
      // Lost again, or it hears the probe but not every room: a connection that is new starts over.
      if (this.parts.subscriber.status === "ready") this.parts.subscriber.disconnect(true);
    }
  }

  private sayProbe(): void {
    const { commands, isSharded, probe } = this.parts;
    if (commands.status !== "ready") return;
    const published = isSharded ? commands.spublish(probe, "") : commands.publish(probe, "");
    published.catch(() => {}); // That it is not heard tells.
  }

  /** One after the other, so that they do not all ask at once. A Redis that was emptied tells nobody by itself. */
  private lookAfterQuietRooms(): void {
    if (this.parts.commands.status !== "ready") return;
    for (let left = Math.ceil((this.entries.size * LOOKS_MS) / LOOK_MS); left > 0; left--) {
      const { value, done } = this.round.next();
      if (done) this.round = this.entries.values();
      else value.room.lookIfQuiet();
    }
  }
}
