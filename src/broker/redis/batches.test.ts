import { expect, test } from "bun:test";
import type { Publication, Published } from "../broker.ts";
import { Batches } from "./batches.ts";
import { says } from "./test-broker.ts";

/** Batches over a log that answers when it is told to. */
function open() {
  const calls: Array<{ room: string; ids: unknown[]; succeed: () => void; fail: () => void }> = [];
  const batches = new Batches(
    (room, publications: readonly Publication[]) =>
      new Promise<Published[]>((resolve, reject) => {
        const ids = publications.map(({ messageId }) => messageId);
        const answers = publications.map((_, index) => ({ epoch: "e", offset: index + 1, duplicate: false }));
        calls.push({ room, ids, succeed: () => resolve(answers), fail: () => reject(new Error("away")) });
      }),
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
