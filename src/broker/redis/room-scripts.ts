import type { Cluster, Redis } from "ioredis";
import { type Random, randomId } from "../../lib/random.ts";
import type { ChatMessage, Position } from "../../protocol/message.ts";
import { DEDUPE_WINDOW_MS, type Publication } from "../broker.ts";
import { dedupeKey } from "../dedupe.ts";
import type { Keys } from "./keys.ts";
import { decodeEntry, encodePayload } from "./payload.ts";
import { HISTORY_SCRIPT, PUBLISH_SCRIPT } from "./scripts.ts";

/** A position, and the replication id of the Redis under which it was reached. */
export interface Mark extends Position {
  replid: string;
}

export interface RoomScriptsOptions {
  /** Messages kept per room. */
  history: number;
  /** How long a message is kept, milliseconds; `null`: until newer ones push it out. */
  historyTtl: number | null;
  /** Within the shard of a cluster, or to everyone. */
  publishBy: "PUBLISH" | "SPUBLISH";
}

/** The commands that the scripts become, as ioredis adds them to a connection. */
interface Commands {
  scaleChatPublish(...values: Array<string | number>): Promise<[string, string, ...number[]]>;
  scaleChatHistory(
    ...values: Array<string | number>
  ): Promise<[string, string, number, ...Array<number | string>]>;
}

/** The two scripts as functions. `known` is how far this server knows a room, `null` when it does not. */
export class RoomScripts {
  private readonly commands: Commands;

  constructor(
    connection: Redis | Cluster,
    private readonly keys: Keys,
    private readonly options: RoomScriptsOptions,
    private readonly random: Random,
  ) {
    connection.defineCommand("scaleChatPublish", { lua: PUBLISH_SCRIPT, numberOfKeys: 3 });
    connection.defineCommand("scaleChatHistory", { lua: HISTORY_SCRIPT, numberOfKeys: 2 });
    this.commands = connection as unknown as Commands;
  }

  /** Stores and publishes; `offsets` has one for each message, negative for one that was there before. */
  async publish(
    room: string,
    known: Mark | null,
    publications: readonly Publication[],
    now: number,
  ): Promise<{ epoch: string; replid: string; offsets: number[] }> {
    const { keys, options } = this;
    const [epoch, replid, ...offsets] = await this.commands.scaleChatPublish(
      keys.meta(room),
      keys.log(room),
      keys.ids(room),
      ...this.begin(room, known),
      options.history,
      Math.ceil(options.historyTtl ?? 0),
      DEDUPE_WINDOW_MS,
      ...publications.flatMap((publication) => [
        dedupeKey(publication) ?? "",
        encodePayload(publication, now),
      ]),
    );
    return { epoch, replid, offsets };
  }

  /**
   * Messages after `since`, or the newest ones; where `since` is of another epoch, from the oldest on. What had
   * expired by `now` is left out. Rejects with `CorruptEntry` where the log holds what is none of ours.
   */
  async history(
    room: string,
    known: Mark | null,
    since: Position | null,
    limit: number,
    now: number,
  ): Promise<{ head: Mark; messages: ChatMessage[] }> {
    const { keys, options } = this;
    const [epoch, replid, offset, ...entries] = await this.commands.scaleChatHistory(
      keys.meta(room),
      keys.log(room),
      ...this.begin(room, known),
      since?.epoch ?? "",
      since?.offset ?? 0,
      Math.min(limit, Math.max(options.history, 0)),
      options.historyTtl === null ? 0 : Math.floor(now - options.historyTtl),
    );
    const messages: ChatMessage[] = [];
    for (let i = 0; i < entries.length; i += 2) {
      messages.push(decodeEntry(room, Number(entries[i]), String(entries[i + 1])));
    }
    return { head: { epoch, replid, offset }, messages };
  }

  private begin(room: string, known: Mark | null): Array<string | number> {
    const { epoch, offset, replid } = known ?? { epoch: "", offset: 0, replid: "" };
    return [
      randomId(this.random, 10),
      epoch,
      offset,
      replid,
      this.options.publishBy,
      this.keys.channel(room),
    ];
  }
}

/** Whether a page begins right after `since`, so that nothing between the two is missing. */
export function isComplete(
  since: Position | null,
  head: Position,
  messages: readonly ChatMessage[],
): boolean {
  if (since === null) return true;
  const isKnown = since.epoch === head.epoch && since.offset <= head.offset;
  return isKnown && (messages[0]?.offset ?? head.offset + 1) === since.offset + 1;
}
