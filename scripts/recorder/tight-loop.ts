/**
 * As many events as this process can record: a room of a load test is told of a message and of its deliveries, one
 * after the other, with nothing else to do. `tight-loop.ts EVENTS ROOM_SIZE [FILE]`, without a file: with `--no-csv`. Prints JSON.
 */
import { writeFileSync } from "node:fs";
import { systemClock } from "../../src/lib/clock.ts";
import { Chatter, type ChatterContext } from "../../src/loadtest/chatter/chatter.ts";
import { fakeMessage } from "../../src/loadtest/chatter/fake-message.ts";
import { TestRoom } from "../../src/loadtest/crowd/room.ts";
import { Ledger } from "../../src/loadtest/ledger/ledger.ts";
import { RowWriter } from "../../src/loadtest/record/row-writer.ts";

/** A client without a connection. */
class Listener extends Chatter {
  protected override state = "in" as const;
  connect() {}
  send() {}
  async leave() {}
  giveUp() {}
}

const [events, size] = process.argv.slice(2, 4).map(Number) as [number, number];
const path = process.argv[4];
// The results file of a run is there before its rows.
if (path !== undefined) writeFileSync(path, "");
const rows = path === undefined ? null : new RowWriter(path);
const clock = systemClock;
const room = new TestRoom("load-1f2e3d4c-0");
const ledger = new Ledger({ clock, isElsewhere: () => false, rows, sample: 1, warmup: 0 });
const chatters = Array.from({ length: size }, (_, i) => {
  const visit = {
    id: `1f2e3d4c.0.${i}`,
    room: 0,
    generation: 0,
    url: "",
    from: 0,
    to: Number.POSITIVE_INFINITY,
    isSlow: false,
  };
  return new Listener(visit, room, {} as ChatterContext);
});
for (const chatter of chatters) {
  ledger.enter(chatter.author);
  chatter.enter(clock.now() * 1000);
}
ledger.startedAt = clock.now();

const began = performance.now();
let done = 0;
let longestMs = 0;
for (let turn = 0; done < events; turn++) {
  const sender = chatters[turn % size]!;
  const at = performance.now();
  ledger.send(sender, clock.now() - ledger.startedAt);
  const messages = [fakeMessage(sender.id, sender.author.sequence)];
  for (const receiver of chatters) {
    ledger.frameCame();
    ledger.receive(receiver, messages);
  }
  ledger.settle();
  done += 1 + size;
  longestMs = Math.max(longestMs, performance.now() - at);
}
rows?.close();
const seconds = (performance.now() - began) / 1000;
if (rows?.failure) throw new Error(rows.failure);
if (ledger.receivedEver + ledger.sentEver !== done) throw new Error("not every event was recorded");
const { maxRSS } = process.resourceUsage();
// One message to all of the room takes this long at worst: what a flush adds to the latencies around it.
console.log(JSON.stringify({ events: done, seconds, longestMs, peakMiB: maxRSS / 1024 }));
