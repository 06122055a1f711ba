#!/usr/bin/env bun
/**
 * Acknowledged messages a second of the embedded logs, side by side: 64 senders, each of which waits for its
 * acknowledgement before it sends the next, in 10 rooms. Prints a Markdown table.
 *
 *     scripts/bun scripts/bench-broker.ts [--seconds 5] [--size 100]
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Broker } from "../src/broker/broker.ts";
import { DurableBroker } from "../src/broker/durable/durable-broker.ts";
import { openLogFile } from "../src/broker/durable/file.ts";
import { Store } from "../src/broker/durable/store.ts";
import type { DataSync } from "../src/broker/durable/sync.ts";
import { MemoryBroker } from "../src/broker/memory/memory-broker.ts";
import { systemClock } from "../src/lib/clock.ts";
import { Distribution } from "../src/lib/distribution.ts";
import { silentLogger } from "../src/lib/log.ts";

const SENDERS = 64;
const ROOMS = 10;

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "5" }, size: { type: "string", default: "100" } },
});
const text = "x".repeat(Number(values.size));

console.log(`${SENDERS} senders in ${ROOMS} rooms, ${text.length} B, ${values.seconds} s each\n`);
console.log("| log | acknowledged messages/s | p50 ms | p99 ms | bytes on disk per message |");
console.log("| --- | --- | --- | --- | --- |");
console.log(await measure("memory", null));
for (const sync of ["normal", "full"] as const) console.log(await measure(`file, --data-sync ${sync}`, sync));

async function measure(name: string, sync: DataSync | null): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "scale-chat-bench-"));
  const path = join(folder, "chat.db");
  const broker = sync === null ? memory() : durable(path, sync);
  const times = new Distribution();
  const started = performance.now();
  const end = started + Number(values.seconds) * 1000;
  await Promise.all(Array.from({ length: SENDERS }, (_, sender) => send(broker, sender, end, times)));
  const seconds = (performance.now() - started) / 1000;
  const [p50, p99] = times.percentiles([50, 99]) as [number, number];
  await broker.close();
  const bytes = sync === null ? "–" : Math.round(statSync(path).size / times.count);
  rmSync(folder, { recursive: true });
  const rate = Math.round(times.count / seconds).toLocaleString("en");
  return `| ${name} | ${rate} | ${p50 / 1000} | ${p99 / 1000} | ${bytes} |`;
}

function memory(): Broker {
  return new MemoryBroker({ history: 1_000_000 }, systemClock, Math.random);
}

function durable(path: string, sync: DataSync): Broker {
  const store = new Store(openLogFile(path, sync, "bench"));
  return new DurableBroker(store, { history: 1_000_000, historyTtl: null }, systemClock, silentLogger);
}

async function send(broker: Broker, sender: number, end: number, times: Distribution): Promise<void> {
  const room = `room-${sender % ROOMS}`;
  const session = `session-of-sender-${sender}`;
  for (let messageId = 1; performance.now() < end; messageId++) {
    const before = performance.now();
    await broker.publish(room, {
      messageId,
      sender: "ann",
      text,
      sentAt: "2026-01-31T12:00:00.000Z",
      session,
    });
    times.add(Math.round((performance.now() - before) * 1000));
    // The memory log answers without leaving this turn of the event loop.
    if (messageId % 1000 === 0) await Bun.sleep(0);
  }
}
