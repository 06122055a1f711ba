import { InvalidArgumentError } from "commander";
import { parseClusterAddress, parseRedisAddress } from "../../../src/broker/redis/address.ts";
import * as parsers from "../../../src/cli/parsers.ts";
import * as loads from "../../../src/cli/parsers-load.ts";
import { AXES } from "../../../src/commands/loadtest/axes.ts";
import { UsageError } from "../../../src/lib/errors.ts";
import { parseSweep } from "../../../src/loadtest/sweep/grid.ts";
import { decodePosition, encodePosition } from "../../../src/protocol/message.ts";
import { parseThreshold } from "../../../src/results/threshold.ts";
import type { Chance } from "../chance.ts";
import { mutateText } from "../mutate.ts";
import { type Note, promise, pureTarget } from "../target.ts";

const wait = parsers.duration(1, 86_400_000);

/** What reads the values of options, and values that are right. */
const VALUES: ReadonlyArray<readonly [name: string, parse: (text: string) => unknown, right: string]> = [
  ["port", parsers.port, "8080"],
  ["decimal", parsers.decimal("a number", 0, 10), "1.25"],
  ["percentage", parsers.percentage("a share", 0, 100), "5%"],
  ["duration", wait, "1.5s"],
  ["bytes", parsers.bytes(1, 2 ** 40), "64KiB"],
  ["percentiles", parsers.percentiles, "50,99,99.9"],
  ["rooms distribution", parsers.roomsDistribution, "zipf:1.1"],
  ["chat address", parsers.chatUrl, "wss://chat.example.org/chats/{room}"],
  ["server address", parsers.serverUrl, "ws://10.0.0.12:8080"],
  ["admin address", parsers.adminUrl, "http://127.0.0.1:3001"],
  ["measurement", parsers.measurement, "http://127.0.0.1:8081"],
  ["host name", parsers.hostName, "2001:db8::5"],
  ["range of times", loads.range(wait, "500ms..5s"), "250ms..1s"],
  ["share of each second", parsers.percentage("a share", 0, 100, "/s"), "5%/s"],
  ["processes", loads.processes, "4"],
  ["stages", loads.stages, "30s:100,1m:1000,30s:0"],
  ["hosts", loads.hosts, "127.0.0.1..127.0.0.40,localhost"],
  ["threshold", parseThreshold, "p99<250ms"],
  ["threshold", parseThreshold, "loss<=baseline*1.1"],
  ["sweep", (text) => parseSweep(text, AXES), "rooms=1 room-size=10..110+10; dialect=native,plain"],
  ["redis", parseRedisAddress, "rediss://user:pass%40word@host:6380/0"],
  ["sentinels", parseRedisAddress, "redis+sentinel://h1:26379,[::1]/master/0"],
  ["cluster", parseClusterAddress, "redis://:p@h1:6379,h2"],
  ["position", readPosition, "epoch-1:42"],
];

/** What people write behind options: read, or refused by one of the two errors that end in a sentence. */
export const values = pureTarget((chance: Chance, note: Note) => {
  const [name, parse, right] = chance.pick(VALUES);
  const text = mutateText(chance, right);
  note({ name, text });
  try {
    parse(text);
  } catch (error) {
    promise(error instanceof InvalidArgumentError || error instanceof UsageError, `a sentence, not ${error}`);
  }
});

function readPosition(text: string): void {
  const position = decodePosition(text);
  if (position === null) return;
  promise(
    decodePosition(encodePosition(position))?.offset === position.offset,
    "a position is read as it is written",
  );
}
