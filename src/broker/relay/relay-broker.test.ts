import { describe, expect, test } from "bun:test";
import { systemClock } from "../../lib/clock.ts";
import { until } from "../../lib/test-until.ts";
import type { ChatMessage } from "../../protocol/message.ts";
import { brokerContract } from "../broker.contract.ts";
import type { LogGap } from "../broker.ts";
import { MemoryBroker } from "../memory/memory-broker.ts";
import { RelayBroker } from "./relay-broker.ts";
import type { RelayReply, RelayRequest } from "./relay-frames.ts";
import { RelayHost } from "./relay-host.ts";
import { countSubscriptions, openRelay, says } from "./test-relay.ts";

brokerContract("the relay broker", openRelay);

test("a host that dies fails what was asked of it, at once and from then on", async () => {
  const { broker, host } = await openRelay();
  await broker.publish("r", says(1));
  expect(broker.problem).toBeNull();
  host.kill("SIGSTOP");
  const asked = [broker.publish("r", says(2)), broker.history("r", null, 1), broker.subscribe("s", () => {})];
  host.kill("SIGKILL");
  const answers = await Promise.allSettled(asked);
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(broker.problem).toBe("the host is gone");
  await expect(broker.publish("r", says(3))).rejects.toThrow("the host is gone");
  await host.exited;
});

describe("relays over one log", () => {
  /** Two relays whose channels are as asynchronous as processes are. */
  function pair() {
    const log = new MemoryBroker({ history: 100 }, systemClock, Math.random);
    const relay = () => {
      const host = new RelayHost(log, (batch: RelayReply[]) => setImmediate(() => broker.receive(batch)));
      const broker: RelayBroker = new RelayBroker((batch: RelayRequest[]) =>
        setImmediate(() => host.receive(batch)),
      );
      return { broker, host };
    };
    return { log, a: relay(), b: relay() };
  }

  test("are one chat: one order, one memory of ids", async () => {
    const { a, b } = pair();
    const heard: ChatMessage[][] = [[], []];
    await a.broker.subscribe("r", (messages) => heard[0]!.push(...messages));
    await b.broker.subscribe("r", (messages) => heard[1]!.push(...messages));
    await Promise.all([1, 2, 3].flatMap((n) => [a, b].map(({ broker }) => broker.publish("r", says(n)))));
    await until(() => heard.every((messages) => messages.length === 3), "three messages at both");
    expect(heard[0]).toEqual(heard[1]!);
    expect(await b.broker.publish("r", says(1))).toMatchObject({ offset: 1, duplicate: true });
  });

  test("one that is gone leaves no subscription behind, not even one that is only asked for", async () => {
    const { log, a } = pair();
    const { promise, resolve } = Promise.withResolvers<void>();
    const subscriptions = countSubscriptions(log, (room) => (room === "late" ? promise : null));
    await a.broker.subscribe("r", () => {});
    const late = a.broker.subscribe("late", () => {});
    await until(() => subscriptions.begun === 2, "the host to ask for the second");
    a.host.close();
    resolve();
    await late;
    expect(subscriptions).toEqual({ begun: 2, ended: 2 });
  });

  test("a gap and a problem of the log are passed on", async () => {
    const { log, a } = pair();
    let tell: (gap: LogGap) => void = () => {};
    log.subscribe = async (_, _onMessages, onGap = () => {}) => {
      tell = onGap;
      return { position: { epoch: "e", offset: 4 }, unsubscribe() {} };
    };
    const gaps: LogGap[] = [];
    const { position } = await a.broker.subscribe(
      "r",
      () => {},
      (gap) => gaps.push(gap),
    );
    expect(position).toEqual({ epoch: "e", offset: 4 });
    const gap = { from: { epoch: "e", offset: 4 }, to: { epoch: "f", offset: 0 } };
    tell(gap);
    await until(() => gaps.length === 1, "the gap");
    expect(gaps).toEqual([gap]);
    Object.assign(log, { problem: "the disk is full" });
    await until(() => a.broker.problem === "the disk is full", "the problem");
  });
});
