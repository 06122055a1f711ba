import { join } from "node:path";
import { systemClock } from "../../lib/clock.ts";
import { until } from "../../lib/test-until.ts";
import { CONTRACT_HISTORY } from "../broker.contract.ts";
import type { Publication } from "../broker.ts";
import { MemoryBroker } from "../memory/memory-broker.ts";
import { RelayBroker } from "./relay-broker.ts";
import type { RelayReply, RelayRequest } from "./relay-frames.ts";
import { RelayHost } from "./relay-host.ts";

/** Message number `number` of one sender. */
export const says = (number: number): Publication => ({
  messageId: number,
  sender: "ann",
  text: String(number),
  sentAt: "2026-01-31T12:00:00Z",
  session: "session-0123456789",
});

/** A relay to a log that a real process holds. */
export async function openRelay() {
  let isReady = false;
  const host = Bun.spawn([process.execPath, join(import.meta.dir, "test-relay-host.ts")], {
    ipc(batch: RelayReply[] | "ready") {
      if (batch === "ready") isReady = true;
      else broker.receive(batch);
    },
    onDisconnect: () => broker.lose("the host is gone"),
  });
  const broker = new RelayBroker((batch) => host.send(batch));
  await until(() => isReady, "the host to start");
  return {
    broker,
    host,
    cleanUp: async () => {
      host.kill("SIGKILL");
      await host.exited;
    },
  };
}

/** A relay in this process, over a channel that takes what it is given, and delivers it while it is open. */
export function openStallingRelay(log = memoryLog()) {
  const channel = { isOpen: true, underway: [] as Array<() => void> };
  const deliver = () => {
    if (!channel.isOpen) return;
    for (const arrive of channel.underway.splice(0)) arrive();
  };
  const carry = (arrive: () => void) => {
    channel.underway.push(arrive);
    setImmediate(deliver);
  };
  const host = new RelayHost(log, (batch: RelayReply[]) => carry(() => broker.receive(batch)));
  const broker: RelayBroker = new RelayBroker((batch: RelayRequest[]) => carry(() => host.receive(batch)));
  return {
    log,
    host,
    broker,
    /** How many batches wait in the channel. */
    underway: () => channel.underway.length,
    stall: () => {
      channel.isOpen = false;
    },
    resume: () => {
      channel.isOpen = true;
      deliver();
    },
  };
}

function memoryLog() {
  return new MemoryBroker({ history: CONTRACT_HISTORY }, systemClock, Math.random);
}

/** Counts a log's subscriptions, each of which is answered after `answer`. */
export function countSubscriptions(log: MemoryBroker, answer: (room: string) => unknown = () => {}) {
  const counts = { begun: 0, ended: 0 };
  const subscribe = log.subscribe.bind(log);
  log.subscribe = async (...args) => {
    counts.begun++;
    await answer(args[0]);
    const { position, unsubscribe } = await subscribe(...args);
    return {
      position,
      unsubscribe: () => {
        counts.ended++;
        unsubscribe();
      },
    };
  };
  return counts;
}
