import { Redis } from "ioredis";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/log.ts";
import { type Random, randomId } from "../../lib/random.ts";
import type { ChatMessage, Position } from "../../protocol/message.ts";
import type { Broker, HistoryPage, LogGap, Publication, Published, Subscription } from "../broker.ts";
import { BatchCount, type BrokerFigures } from "../figures.ts";
import { Batches } from "./batches.ts";
import { Corruption } from "./corruption.ts";
import { Keys, partitionOf } from "./keys.ts";
import { connected, endAfterAnswers, type RedisLinks } from "./links.ts";
import { logState } from "./log-state.ts";
import { Pulse } from "./pulse.ts";
import type { LogPage, RedisRoom } from "./redis-room.ts";
import { isComplete, type Mark, RoomScripts } from "./room-scripts.ts";
import { Subscriptions } from "./subscriptions.ts";

export interface RedisBrokerOptions {
  /** In front of every key. */
  prefix: string;
  /** Messages kept per room. */
  history: number;
  /** How long a message is kept, milliseconds; `null`: until newer ones push it out. */
  historyTtl: number | null;
}

/** The logs of all rooms in a Redis, which several servers share: together they are one chat. */
export class RedisBroker implements Broker {
  private readonly keys: Keys;
  private readonly scripts: RoomScripts;
  private readonly pulse: Pulse;
  private readonly hushes: Array<() => void> = [];
  /** By partition; without shards one hears everything. */
  private readonly subscriptions = new Map<number, Subscriptions>();
  /** This server, among those that share the Redis. */
  private readonly id: string;
  private readonly stored = new BatchCount();
  private readonly corruption: Corruption;
  private readonly batches = new Batches((room, publications) => this.store(room, publications));

  /** The connections belong to the broker from now on. */
  constructor(
    private readonly links: RedisLinks,
    options: RedisBrokerOptions,
    private readonly clock: Clock,
    random: Random,
    private readonly log: Logger,
  ) {
    this.id = randomId(random, 12);
    this.corruption = new Corruption(clock, log);
    this.keys = new Keys(options.prefix);
    const publishBy = links.isSharded ? "SPUBLISH" : "PUBLISH";
    this.scripts = new RoomScripts(links.commands, this.keys, { ...options, publishBy }, random);
    this.pulse = new Pulse(links, (partition) => this.keys.alive(partition, this.id), log);
    this.hushes.push(logState(links.commands, "commands", log));
  }

  /** Resolves when Redis is there; rejects when it cannot be reached. Call it before anything else. */
  async connect(): Promise<void> {
    await connected(this.links.commands);
    // ioredis would go on in database 0 where there is no such database.
    const { db } = this.links.commands.options as { db?: number };
    if (db !== undefined && this.links.commands instanceof Redis) await this.links.commands.select(db);
    if (!this.links.isSharded) await this.subscriptionsAt(0).connected;
  }

  get problem(): string | null {
    if (this.links.commands.status !== "ready") return "Redis cannot be reached";
    if (this.pulse.problem !== null) return this.pulse.problem;
    for (const { problem } of this.subscriptions.values()) if (problem !== null) return problem;
    return null;
  }

  get figures(): BrokerFigures {
    const { batches, batched } = this.stored;
    const isHearing = [...this.subscriptions.values()].every(({ problem }) => problem === null);
    const isAnswering = this.links.commands.status === "ready" && this.pulse.problem === null;
    const links = { commands: isAnswering ? 1 : 0, subscriptions: isHearing ? 1 : 0 } as const;
    return {
      kind: "redis",
      batches,
      batched,
      links,
      roundTripMs: this.pulse.roundTripMs,
      corruptReads: this.corruption.reads,
    };
  }

  publish(room: string, publication: Publication): Promise<Published> {
    return this.batches.publish(room, publication);
  }

  subscribe(
    room: string,
    onMessages: (messages: readonly ChatMessage[]) => void,
    onGap: (gap: LogGap) => void = () => {},
  ): Promise<Subscription> {
    return this.subscriptionsAt(this.partitionOf(room)).add(room, onMessages, onGap);
  }

  async history(room: string, since: Position | null, limit: number): Promise<HistoryPage> {
    const { replid: _, ...page } = await this.readLog(room, this.room(room)?.known ?? null, since, limit);
    return page;
  }

  async close(): Promise<void> {
    await this.batches.settled();
    this.pulse.stop();
    for (const hush of this.hushes) hush();
    for (const subscriptions of this.subscriptions.values()) subscriptions.close();
    await endAfterAnswers(this.links.commands);
  }

  private subscriptionsAt(partition: number): Subscriptions {
    const { links, keys, log } = this;
    let subscriptions = this.subscriptions.get(partition);
    if (subscriptions === undefined) {
      const subscriber = links.subscriber(partition);
      this.hushes.push(logState(subscriber, "subscriptions", log));
      subscriptions = new Subscriptions({
        commands: links.commands,
        subscriber,
        isSharded: links.isSharded,
        keys,
        probe: keys.probe(partition, this.id),
        readLog: (name) => (known, since, limit) => this.readLog(name, known, since, limit),
        log,
      });
      this.subscriptions.set(partition, subscriptions);
    }
    return subscriptions;
  }

  private partitionOf(room: string): number {
    return this.links.isSharded ? partitionOf(room) : 0;
  }

  /** The room, where anyone here listens to it. */
  private room(name: string): RedisRoom | undefined {
    return this.subscriptions.get(this.partitionOf(name))?.room(name);
  }

  private async readLog(
    room: string,
    known: Mark | null,
    since: Position | null,
    limit: number,
  ): Promise<LogPage> {
    const page = this.scripts.history(room, known, since, limit, this.clock.now());
    page.catch((error) => this.corruption.failed(room, error));
    const { head, messages } = await page;
    const { epoch, offset, replid } = head;
    return { epoch, head: offset, replid, messages, complete: isComplete(since, head, messages) };
  }

  private async store(room: string, publications: readonly Publication[]): Promise<Published[]> {
    const known = this.room(room)?.known ?? null;
    const { epoch, replid, offsets } = await this.scripts.publish(
      room,
      known,
      publications,
      this.clock.now(),
    );
    this.stored.add(publications.length);
    const newest = Math.max(...offsets);
    if (newest > 0) this.room(room)?.answer({ epoch, replid, offset: newest });
    return offsets.map((offset) => ({ epoch, offset: Math.abs(offset), duplicate: offset < 0 }));
  }
}
