import { expect, test } from "bun:test";
import { until } from "../../lib/test-until.ts";
import type { ChatMessage } from "../../protocol/message.ts";
import { brokerContract } from "../broker.contract.ts";
import type { RelayBroker } from "./relay-broker.ts";
import { countSubscriptions, openRelay, openStallingRelay, says } from "./test-relay.ts";

const NO_ANSWER = "the balancer does not answer";

async function listen(broker: RelayBroker) {
  const messages: ChatMessage[] = [];
  const gaps: unknown[] = [];
  await broker.subscribe(
    "r",
    (batch) => messages.push(...batch),
    (gap) => gaps.push(gap),
  );
  return { messages, gaps, texts: () => messages.map(({ text }) => text) };
}

/** As many half seconds pass as it takes until nothing is waited for any more. */
function passTime(broker: RelayBroker) {
  for (let beat = 0; beat < 7; beat++) broker.beat();
}

brokerContract("a relay whose channel stalls again and again", async () => {
  const { broker, stall, resume } = openStallingRelay();
  let isOpen = true;
  const timer = setInterval(() => {
    isOpen = !isOpen;
    if (isOpen) resume();
    else stall();
  }, 3);
  return { broker, cleanUp: async () => clearInterval(timer) };
});

test("a host that hangs is a problem, and calls fail; when it goes on, nothing is missing", async () => {
  const { broker, host, cleanUp } = await openRelay();
  const heard = await listen(broker);
  await broker.publish("r", says(1));
  host.kill("SIGSTOP");
  const asked = await Promise.allSettled([
    broker.publish("r", says(2)),
    broker.history("r", null, 1),
    broker.subscribe("s", () => {}),
  ]);
  expect(asked.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(broker.problem).toBe(NO_ANSWER);
  host.kill("SIGCONT");
  await until(() => broker.problem === null, "the host to speak again");
  // It was stored all the same; its sender does not know, and sends it again.
  expect(await broker.publish("r", says(2))).toMatchObject({ offset: 2, duplicate: true });
  await broker.publish("r", says(3));
  await until(() => heard.messages.length === 3, "all three");
  expect(heard.texts()).toEqual(["1", "2", "3"]);
  expect(heard.gaps).toEqual([]);
  await broker.close();
  await cleanUp();
}, 15_000);

test("while it hangs it is asked nothing more, so that nothing piles up", async () => {
  const { broker, underway, stall, resume } = openStallingRelay();
  stall();
  const first = broker.publish("r", says(1));
  await until(() => underway() === 1, "the request to be on its way");
  passTime(broker);
  await expect(first).rejects.toThrow(NO_ANSWER);
  for (const asked of [broker.publish("r", says(2)), broker.history("r", null, 1), listen(broker)]) {
    await expect(asked).rejects.toThrow(NO_ANSWER);
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(underway()).toBe(1);
  resume();
  await until(() => broker.problem === null, "the host to speak again");
  await broker.close();
});

test("what the host told while it could not be heard comes in its order, without a hole", async () => {
  const { log, broker, stall, resume } = openStallingRelay();
  const heard = await listen(broker);
  await broker.publish("r", says(1));
  stall();
  for (let number = 2; number <= 9; number++) await log.publish("r", says(number));
  passTime(broker);
  resume();
  await until(() => heard.messages.length === 9, "what was delayed");
  expect(heard.texts()).toEqual(Array.from({ length: 9 }, (_, i) => String(i + 1)));
  expect(heard.gaps).toEqual([]);
  await broker.close();
});

test("a subscription that was not answered in time is ended at the host, and can be asked for again", async () => {
  const { log, broker, stall, resume } = openStallingRelay();
  const subscriptions = countSubscriptions(log);
  stall();
  const late = [listen(broker), listen(broker)];
  await new Promise((resolve) => setImmediate(resolve));
  passTime(broker);
  for (const { status } of await Promise.allSettled(late)) expect(status).toBe("rejected");
  resume();
  await until(() => subscriptions.ended === 1, "the host to end it");
  const heard = await listen(broker);
  expect(subscriptions).toEqual({ begun: 2, ended: 1 });
  await broker.publish("r", says(1));
  await until(() => heard.messages.length === 1, "the message");
  await broker.close();
});

test("a host of which nothing was asked, and that says nothing for 5 s, is a problem until it speaks", async () => {
  const { broker } = openStallingRelay();
  for (let beat = 0; beat < 10; beat++) broker.beat();
  expect(broker.problem).toBeNull();
  broker.beat();
  expect(broker.problem).toBe(NO_ANSWER);
  // Of a log without a problem, too, the host says so every second.
  await until(() => broker.problem === null, "the host's sign of life");
  await broker.close();
});
