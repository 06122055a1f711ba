import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/log.ts";
import { type Random, randomId } from "../../lib/random.ts";
import { DurableBroker, type DurableBrokerOptions } from "./durable-broker.ts";
import { openLogFile } from "./file.ts";
import { Store } from "./store.ts";
import type { DataSync } from "./sync.ts";

/** Opens a broker over the file at `path`, or makes the file. Throws `OperationError` when it cannot be used. */
export function openDurableBroker(
  path: string,
  options: DurableBrokerOptions & { sync: DataSync },
  { clock, random, log }: { clock: Clock; random: Random; log: Logger },
): DurableBroker {
  const store = new Store(openLogFile(path, options.sync, randomId(random, 8)));
  return new DurableBroker(store, options, clock, log);
}
