import { expect, test } from "bun:test";
import type { Publication, Published } from "../broker.ts";
import { WaitingLimit } from "../waiting-limit.ts";
import { Batches } from "./batches.ts";
import { says } from "./test-broker.ts";

/** Batches over a log that answers when it is told to. */
function open(limit?: WaitingLimit) {
  const calls: Array<{ room: string; ids: unknown[]; succeed: () => void; fail: () => void }> = [];
  const batches = new Batches(
    (room, publications: readonly Publication[]) =>
      new Promise<Published[]>((resolve, reject) => {
        const ids = publications.map(({ messageId }) => messageId);
        const answers = publications.map((_, index) => ({ epoch: "e", offset: index + 1, duplicate: false }));
        calls.push({ room, ids, succeed: () => resolve(answers), fail: () => reject(new Error("away")) });
      }),
    limit,
  );
  return { batches, calls };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test("what comes in one turn is one batch, what comes while it is on its way is the next", async () => {
  const { batches, calls } = open();
  const stored = [1, 2].map((id) => batches.publish("r", says(id)));
  await nextTurn();
  stored.push(...[3, 4].map((id) => batches.publish("r", says(id))), batches.publish("s", says(5)));
  await nextTurn();
  expect(calls.map(({ room, ids }) => ({ room, ids }))).toEqual([
    { room: "r", ids: [1, 2] },
    { room: "s", ids: [5] },
  ]);
  calls[0]!.succeed();
  await nextTurn();
  expect(calls[2]).toMatchObject({ room: "r", ids: [3, 4] });
  for (const { succeed } of calls) succeed();
  await batches.settled();
  expect((await Promise.all(stored)).map(({ offset }) => offset)).toEqual([1, 2, 1, 2, 1]);
});

test("with a batch everything fails that waits behind it, and nothing that comes after", async () => {
  const { batches, calls } = open();
  const first = batches.publish("r", says(1));
  await nextTurn();
  const behind = batches.publish("r", says(2));
  const both = Promise.allSettled([first, behind]);
  calls[0]!.fail();
  expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const after = batches.publish("r", says(1));
  await nextTurn();
  expect(calls.map(({ ids }) => ids)).toEqual([[1], [1]]);
  calls[1]!.succeed();
  expect(await after).toMatchObject({ offset: 1 });
  await batches.settled();
});

/** Publishes all of them while one is on its way, and gives the ids of each batch that followed it. */
async function batchesAfterStall(publications: readonly Publication[]): Promise<unknown[][]> {
  const { batches, calls } = open();
  const stored = [batches.publish("r", says(0))];
  await nextTurn();
  for (const publication of publications) stored.push(batches.publish("r", publication));
  for (let call = 0; call < calls.length; call++) {
    calls[call]!.succeed();
    await nextTurn();
  }
  await Promise.all(stored);
  return calls.slice(1).map(({ ids }) => ids);
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test("what came during a stall is stored in order, a bounded number at a time", async () => {
  const found = await batchesAfterStall(range(1, 1200).map(says));
  expect(found).toEqual([range(1, 500), range(501, 1000), range(1001, 1200)]);
});

test("and a bounded amount of text at a time, one message of any size", async () => {
  const big = (messageId: number, kib: number) => ({ ...says(messageId), text: "x".repeat(kib * 1024) });
  const found = await batchesAfterStall([
    ...range(1, 20).map((id) => big(id, 64)),
    big(21, 2000),
    says(22),
    says(23),
  ]);
  expect(found).toEqual([range(1, 15), range(16, 20), [21], [22, 23]]);
});

test("a batch that fails takes everything along, also what would have been the batch after the next", async () => {
  const { batches, calls } = open();
  const first = batches.publish("r", says(0));
  await nextTurn();
  const stored = Promise.allSettled([first, ...range(1, 1200).map((id) => batches.publish("r", says(id)))]);
  calls[0]!.fail();
  expect(new Set((await stored).map(({ status }) => status))).toEqual(new Set(["rejected"]));
  expect(calls).toHaveLength(1);
});

test("when too much waits, in all rooms, it is refused; what waits is stored", async () => {
  const { batches, calls } = open(new WaitingLimit(3000));
  const big = (messageId: number) => ({ ...says(messageId), text: "x".repeat(1000) });
  const stored = [batches.publish("r", big(1)), batches.publish("s", big(2))];
  await expect(batches.publish("r", big(3))).rejects.toThrow("too much waits for the log");
  await nextTurn();
  for (const { succeed } of calls) succeed();
  await Promise.all(stored);
  const later = batches.publish("r", big(4));
  await nextTurn();
  calls.at(-1)!.succeed();
  await later;
  expect(calls.map(({ ids }) => ids)).toEqual([[1], [2], [4]]);
});
