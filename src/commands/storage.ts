import { InvalidArgumentError } from "commander";
import type { Broker } from "../broker/broker.ts";
import { DATA_SYNCS, type DataSync } from "../broker/durable/sync.ts";
import {
  CLUSTER_ADDRESS_FORMS,
  parseClusterAddress,
  parseRedisAddress,
  REDIS_ADDRESS_FORMS,
  type RedisAddress,
} from "../broker/redis/address.ts";
import type { CliCommand } from "../cli/command.ts";
import { bytes, duration, filePath, oneOf, type Parser, wholeNumber } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import { OperationError, UsageError } from "../lib/errors.ts";
import type { Logger } from "../lib/log.ts";
import { readSecret } from "../lib/secret-file.ts";

/** Where the Redis is that servers share, if they do. */
export interface RedisOptions {
  redis?: RedisAddress;
  redisCluster?: RedisAddress;
  redisPasswordFile?: string;
}

/** Where messages are kept, and how many. */
export interface StorageOptions extends RedisOptions {
  data?: string;
  dataSync: DataSync;
  redisPrefix: string;
  history: number;
  /** Milliseconds; 0: for ever. */
  historyTtl: number;
  historyBytes: number;
}

const YEAR_MS = 365 * 86_400_000;

/** The options that say where messages are kept. */
export function storageOptions(command: CliCommand): void {
  command
    .optionsGroup("Storage:")
    .setting("--data <file>", "keep the messages in this file over restarts (default: in memory)", filePath)
    .setting(
      "--data-sync <level>",
      "what a stored message survives: normal, the death of the process; full, of the machine",
      oneOf(DATA_SYNCS),
      "normal",
    )
    .sharing(redisOptions)
    .setting("--redis-prefix <name>", "in front of every key in Redis", keyPrefix, "scale-chat")
    .setting(
      "--history <messages>",
      "messages kept per room",
      wholeNumber("a number of messages", 0, 1e6),
      "1000",
    )
    .setting("--history-ttl <time>", "how long a message is kept; 0s: no limit", duration(0, YEAR_MS), "0s")
    .setting(
      "--history-bytes <size>",
      "memory for all messages, without --data or --redis",
      bytes(0, 2 ** 40),
      "256MiB",
    );
}

/** The options that say where a shared Redis is. */
export function redisOptions(command: CliCommand): void {
  command
    .setting(
      "--redis <url>",
      "a Redis that servers share: redis://host:6379 (SCALE_CHAT_REDIS keeps a password out of ps)",
      redisAddress("--redis", parseRedisAddress, REDIS_ADDRESS_FORMS),
    )
    .setting(
      "--redis-cluster <nodes>",
      "or a Redis Cluster: host:port,host:port of some of its nodes",
      redisAddress("--redis-cluster", parseClusterAddress, CLUSTER_ADDRESS_FORMS),
    )
    .setting("--redis-password-file <file>", "the password of either, out of a file", filePath);
}

/** Braces say what Redis Cluster hashes, and those are the rooms' own. */
const keyPrefix: Parser<string> = (text) => {
  if (/^[^{}\s]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError("Not a prefix: 1 to 64 characters, without spaces, { and }.");
};

/**
 * The Redis that is shared with other servers, if any. Throws `UsageError` when the options name two places,
 * `OperationError` when the file with its password cannot be used.
 */
export function sharedRedis(options: RedisOptions & { data?: string }): RedisAddress | undefined {
  const { data, redis, redisCluster, redisPasswordFile } = options;
  if ([data, redis, redisCluster].filter((place) => place !== undefined).length > 1) {
    throw new UsageError("--data, --redis and --redis-cluster are places for the messages: choose one");
  }
  const shared = redis ?? redisCluster;
  if (redisPasswordFile === undefined) return shared;
  if (shared === undefined) {
    throw new UsageError("--redis-password-file is for --redis or --redis-cluster: give one of them, too");
  }
  const password = readSecret(redisPasswordFile, "the password of Redis");
  if (password === "") throw new OperationError(`The password of Redis in ${redisPasswordFile} is empty`);
  return { ...shared, access: { ...shared.access, password } };
}

/** What another process of this program is told of the log that it shares, or that this one holds for it. */
export function storageArguments({ history, historyTtl, redisPrefix }: StorageOptions): string[] {
  return [`--history=${history}`, `--history-ttl=${historyTtl}ms`, `--redis-prefix=${redisPrefix}`];
}

/** The variables by which another process of this program uses the same Redis. */
export function redisVariables({
  redis,
  redisCluster,
  redisPasswordFile,
}: StorageOptions): Record<string, string> {
  return {
    ...(redis && { SCALE_CHAT_REDIS: redis.given }),
    ...(redisCluster && { SCALE_CHAT_REDIS_CLUSTER: redisCluster.given }),
    ...(redisPasswordFile && { SCALE_CHAT_REDIS_PASSWORD_FILE: redisPasswordFile }),
  };
}

/** What was given is not quoted: it may hold a password. */
function redisAddress(
  option: string,
  parse: (text: string) => RedisAddress | null,
  forms: string,
): Parser<RedisAddress> {
  return (text) => {
    const address = parse(text);
    if (address !== null) return address;
    throw new UsageError(`${option}: not the address of a Redis; try ${forms}`);
  };
}

/**
 * Opens the log that the options ask for; the one place where its kind is chosen. Throws `UsageError` when they ask
 * for two, `OperationError` when it cannot be opened.
 */
export async function openStorage(
  options: StorageOptions,
  { clock, random }: Runtime,
  log: Logger,
): Promise<Broker> {
  const limits = { history: options.history, historyTtl: options.historyTtl || null };
  const { data } = options;
  const shared = sharedRedis(options);
  if (shared !== undefined) {
    const { openRedisBroker } = await import("../broker/redis/connect.ts");
    return openRedisBroker(shared, { ...limits, prefix: options.redisPrefix }, { clock, random, log });
  }
  if (data === undefined) {
    const { MemoryBroker } = await import("../broker/memory/memory-broker.ts");
    return new MemoryBroker({ ...limits, historyBytes: options.historyBytes }, clock, random);
  }
  const { openDurableBroker } = await import("../broker/durable/open.ts");
  return openDurableBroker(data, { ...limits, sync: options.dataSync }, { clock, random, log });
}

/** Throws `OperationError` where `openStorage` would for the file of the messages; what is away or in use may be there by then. */
export async function checkStorage({ data }: StorageOptions): Promise<void> {
  if (data === undefined) return;
  const { checkLogFile } = await import("../broker/durable/file.ts");
  checkLogFile(data);
}
