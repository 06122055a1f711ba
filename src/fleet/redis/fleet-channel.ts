import { EventEmitter } from "node:events";
import type { Redis } from "ioredis";
import { Hearing } from "../../broker/redis/hearing.ts";
import { tag } from "../../broker/redis/keys.ts";
import { connected, end, type RedisLinks } from "../../broker/redis/links.ts";
import { logState } from "../../broker/redis/log-state.ts";
import { Pulse } from "../../broker/redis/pulse.ts";
import { messageOf } from "../../lib/errors.ts";
import { isObject, type JsonObject, parseJson } from "../../lib/json.ts";
import type { Logger } from "../../lib/log.ts";
import { FLEET_VERSION } from "../../protocol/fleet.ts";
import type { Decode } from "./decode.ts";

/** Prolongs what is still one's own, or takes what nobody has. */
const HOLD_SCRIPT = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;
/** Gives up what is still one's own. */
const RELEASE_SCRIPT = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`;

/**
 * How the servers and balancers that share a Redis talk: topics, which forget what nobody heard, and leases, which
 * end by themselves when nobody prolongs them. Everything that is said is JSON.
 */
export class FleetChannel {
  private readonly topics = new EventEmitter();
  private readonly subscriber: Redis;
  private readonly pulse: Pulse;
  private readonly hearing: Hearing;
  private readonly silencers: Array<() => void>;

  /** `id` names this process among those that share the Redis. The connections belong to the channel from now on. */
  constructor(
    private readonly links: RedisLinks,
    private readonly prefix: string,
    id: string,
    private readonly log: Logger,
  ) {
    this.topics.setMaxListeners(0);
    this.subscriber = links.subscriber(0);
    this.subscriber.on("message", (channel: string, text: string) => {
      const frame = parseJson(text);
      if (isObject(frame)) this.topics.emit(channel, frame);
    });
    this.subscriber.on("ready", () => this.subscribe(this.topics.eventNames() as string[]));
    this.silencers = [
      logState(links.commands, "fleet commands", log),
      logState(this.subscriber, "fleet subscriptions", log),
    ];
    const alive = (partition: number) => `${prefix}:fleet${FLEET_VERSION}:alive:${tag(partition)}:${id}`;
    this.pulse = new Pulse(links, alive, log);
    const probe = `probe:${id}`;
    this.hearing = new Hearing(this.subscriber, () => this.say(probe, {}), log);
    this.listen(
      probe,
      (frame) => frame,
      () => this.hearing.heard(),
    );
  }

  /** Resolves when both ways are open; rejects when Redis cannot be reached. */
  async connect(): Promise<void> {
    // One after the other: in a cluster only the first knows where the second has to go.
    await connected(this.links.commands);
    await connected(this.subscriber);
  }

  /** Why nothing can be said or heard, or `null`. */
  get problem(): string | null {
    if (this.links.commands.status !== "ready") return "Redis cannot be reached";
    return this.pulse.problem ?? this.hearing.problem;
  }

  /** Calls `listener` from now on with every frame of the topic that `decode` knows. */
  listen<Frame>(topic: string, decode: Decode<Frame>, listener: (frame: Frame) => void): void {
    const channel = this.name(topic);
    this.topics.on(channel, (value: JsonObject) => {
      const frame = decode(value);
      if (frame !== null) listener(frame);
      else this.log.debug("foreign_frame", { topic });
    });
    if (this.subscriber.status === "ready") this.subscribe([channel]);
  }

  /** Says something to whoever listens at this moment. */
  say(topic: string, frame: object): void {
    this.links.commands.publish(this.name(topic), JSON.stringify(frame)).catch((error) => {
      this.log.debug("fleet_channel", { topic, error: messageOf(error) });
    });
  }

  /** Holds the lease for another `ms`. False when somebody else has it. Rejects when Redis is away. */
  async hold(lease: string, holder: string, ms: number): Promise<boolean> {
    return (await this.links.commands.eval(HOLD_SCRIPT, 1, this.name(lease), holder, ms)) === 1;
  }

  async isHeld(lease: string): Promise<boolean> {
    return (await this.links.commands.exists(this.name(lease))) === 1;
  }

  async release(lease: string, holder: string): Promise<void> {
    await this.links.commands.eval(RELEASE_SCRIPT, 1, this.name(lease), holder);
  }

  close(): void {
    this.topics.removeAllListeners();
    this.pulse.stop();
    this.hearing.stop();
    for (const silence of this.silencers) silence();
    end(this.subscriber);
    end(this.links.commands);
  }

  private subscribe(channels: string[]): void {
    if (channels.length === 0) return;
    // Lost again at once: the next connection subscribes.
    this.subscriber.subscribe(...channels).catch(() => {});
  }

  private name(topic: string): string {
    return `${this.prefix}:fleet${FLEET_VERSION}:${topic}`;
  }
}
