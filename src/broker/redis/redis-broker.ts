import type { Redis } from "ioredis";
import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import { type Random, randomId } from "../../lib/random.ts";
import type { ChatMessage, Position } from "../../protocol/message.ts";
import {
  type Broker,
  DEDUPE_WINDOW_MS,
  type HistoryPage,
  type LogGap,
  type Publication,
  type Published,
  type Subscription,
} from "../broker.ts";
import { dedupeKey } from "../dedupe.ts";
import { Keys } from "./keys.ts";
import { decodePayload, encodePayload } from "./payload.ts";
import { HISTORY_SCRIPT, PUBLISH_SCRIPT } from "./scripts.ts";
import { Subscriptions } from "./subscriptions.ts";

export interface RedisBrokerOptions {
  /** In front of every key. */
  prefix: string;
  /** Messages kept per room. */
  history: number;
  /** How long a message is kept, milliseconds; `null`: until newer ones push it out. */
  historyTtl: number | null;
}

/** The commands that the scripts become, as ioredis adds them to a connection. */
interface Scripts {
  scaleChatPublish(keys: number, ...values: Array<string | number>): Promise<[string, ...number[]]>;
  scaleChatHistory(
    keys: number,
    ...values: Array<string | number>
  ): Promise<[string, number, ...Array<number | string>]>;
}

interface Waiting {
  publication: Publication;
  resolve: (published: Published) => void;
  reject: (error: unknown) => void;
}

/** One line when a connection is there and one when it is lost, however often it is tried again in between. */
function logState(connection: Redis, use: string, log: Logger): void {
  let error = "";
  let isThere = false;
  connection.on("error", (reason) => {
    error = messageOf(reason);
    log.debug("redis_error", { use, error });
  });
  connection.on("ready", () => {
    isThere = true;
    log.info("redis_ready", { use });
  });
  connection.on("close", () => {
    if (isThere) log.warn("redis_lost", { use, error });
    isThere = false;
  });
}

/** The logs of all rooms in a Redis, which several servers share: together they are one chat. */
export class RedisBroker implements Broker {
  private readonly keys: Keys;
  private readonly scripts: Scripts;
  private readonly subscriptions: Subscriptions;
  private waiting = new Map<string, Waiting[]>();

  /** `commands` and `subscriber` are two connections to one Redis; both belong to the broker from now on. */
  constructor(
    private readonly commands: Redis,
    subscriber: Redis,
    private readonly options: RedisBrokerOptions,
    private readonly clock: Clock,
    private readonly random: Random,
    log: Logger,
  ) {
    this.keys = new Keys(options.prefix);
    commands.defineCommand("scaleChatPublish", { lua: PUBLISH_SCRIPT });
    commands.defineCommand("scaleChatHistory", { lua: HISTORY_SCRIPT });
    this.scripts = commands as unknown as Scripts;
    logState(commands, "commands", log);
    logState(subscriber, "subscriptions", log);
    const read = (room: string, since: Position | null, limit: number) => this.history(room, since, limit);
    this.subscriptions = new Subscriptions({ commands, subscriber, keys: this.keys, read, log, random });
  }

  get problem(): string | null {
    if (this.commands.status !== "ready") return "Redis cannot be reached";
    return this.subscriptions.problem;
  }

  publish(room: string, publication: Publication): Promise<Published> {
    return new Promise((resolve, reject) => {
      if (this.waiting.size === 0) setImmediate(() => this.flush());
      const batch = this.waiting.get(room);
      const waiting: Waiting = { publication, resolve, reject };
      if (batch === undefined) this.waiting.set(room, [waiting]);
      else batch.push(waiting);
    });
  }

  subscribe(
    room: string,
    onMessages: (messages: readonly ChatMessage[]) => void,
    onGap: (gap: LogGap) => void = () => {},
  ): Promise<Subscription> {
    return this.subscriptions.add(room, onMessages, onGap);
  }

  async history(room: string, since: Position | null, limit: number): Promise<HistoryPage> {
    const { history, historyTtl } = this.options;
    const [epoch, head, ...entries] = await this.scripts.scaleChatHistory(
      2,
      this.keys.meta(room),
      this.keys.log(room),
      this.newEpoch(),
      since?.epoch ?? "",
      since?.offset ?? 0,
      Math.min(limit, Math.max(history, 0)),
    );
    const oldest = historyTtl === null ? 0 : this.clock.now() - historyTtl;
    const messages: ChatMessage[] = [];
    for (let i = 0; i < entries.length; i += 2) {
      const { message, storedAt } = decodePayload(
        room,
        Number(entries[i]),
        JSON.parse(String(entries[i + 1])),
      );
      if (storedAt >= oldest) messages.push(message);
    }
    const known = since !== null && since.epoch === epoch && since.offset <= head;
    const complete = since === null || (known && (messages[0]?.offset ?? head + 1) === since.offset + 1);
    return { epoch, head, messages, complete };
  }

  async close(): Promise<void> {
    this.flush();
    this.subscriptions.close();
    await this.commands.quit().catch(() => this.commands.disconnect());
  }

  /** One script call per room for everything that was published in this turn of the event loop. */
  private flush(): void {
    const batches = this.waiting;
    this.waiting = new Map();
    for (const [room, batch] of batches) void this.store(room, batch);
  }

  private async store(room: string, batch: Waiting[]): Promise<void> {
    const now = this.clock.now();
    const messages = batch.flatMap(({ publication }) => [
      dedupeKey(publication) ?? "",
      encodePayload(publication, now),
    ]);
    try {
      const [epoch, ...offsets] = await this.scripts.scaleChatPublish(
        3,
        this.keys.meta(room),
        this.keys.log(room),
        this.keys.ids(room),
        this.newEpoch(),
        this.options.history,
        Math.ceil(this.options.historyTtl ?? 0),
        DEDUPE_WINDOW_MS,
        this.keys.channel(room),
        ...messages,
      );
      offsets.forEach((offset, index) => {
        batch[index]!.resolve({ epoch, offset: Math.abs(offset), duplicate: offset < 0 });
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** Proposed with each call, and taken where Redis has none. */
  private newEpoch(): string {
    return randomId(this.random, 10);
  }
}
