import { afterEach, expect, test } from "bun:test";
import { FakeServer } from "../client/fake-server.ts";
import { seededRandom } from "../lib/random.ts";
import { until } from "../lib/test-until.ts";
import { check, type HistoryEvent } from "./history-checker.ts";
import { Witness } from "./witness.ts";

const cleanUps: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function fakeServer(): FakeServer {
  const server = new FakeServer();
  cleanUps.push(() => server.stop());
  return server;
}

/**
 * A witness that has heard 1 to 3 over its first socket and is being moved: the second socket asked for what comes after
 * 3, and the first one brings 4 to 6 before the second one is welcome and brings them too.
 */
async function moved(replay: readonly number[] = [4, 5, 6]) {
  const [first, second] = [fakeServer(), fakeServer()];
  const history: HistoryEvent[] = [
    { room: "r", type: "losing" },
    { room: "r", type: "emptied" },
  ];
  const witness = new Witness({ url: first.url, room: "r", name: "ann", random: seededRandom(1), history });
  cleanUps.push(() => witness.connection.close());
  const reaches = (offset: number) => until(() => witness.offset === offset, `ann to reach ${offset}`);
  const before = await first.guest();
  before.welcome();
  before.bring(1, 3);
  await reaches(3);
  before.say({ type: "redistribute", reason: "a test", redirect: second.url, within_ms: 0 });
  const after = await second.guest();
  before.bring(4, 6);
  await reaches(6);
  after.welcome({ offset: 6, replay: 3, recovered: true });
  for (const offset of replay) after.bring(offset);
  await until(() => before.closed !== null, "ann to have moved");
  return { after, history, reaches, witness };
}

const views = (history: readonly HistoryEvent[]) =>
  Object.groupBy(
    history.filter((event) => event.type === "seen"),
    ({ client }) => client,
  );
const offsets = (events: Array<HistoryEvent & { type: "seen" }> = []) => events.map(({ offset }) => offset);

test("what two sockets bring at a time is two views, and the client's is one", async () => {
  const { after, history, reaches, witness } = await moved();
  after.bring(7);
  await reaches(7);
  const { ann, "ann's socket 1": one, "ann's socket 2": two } = views(history);
  expect(offsets(ann)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(offsets(one)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(offsets(two)).toEqual([4, 5, 6, 7]);
  expect(witness.received).toBe(7);
  expect(check(history)).toMatchObject({ details: [] });
});

test("a new epoch on the second socket begins at 1, whatever the first one had brought", async () => {
  const { after, history, reaches } = await moved();
  after.say({ type: "gap", from: 1, to: 0, reason: "epoch", epoch: "two" });
  after.bring(1, 6);
  await until(
    () => history.at(-1)?.type === "seen" && offsets(views(history).ann).length === 12,
    "all of two",
  );
  await reaches(6);
  expect(offsets(views(history)["ann's socket 2"])).toEqual([4, 5, 6, 1, 2, 3, 4, 5, 6]);
  // The fake server says the same words again, of which the log's loss would be the reason.
  expect(check(history)).toMatchObject({ unreportedGaps: 0, needlessGaps: 0, reordered: 0, lost: 0 });
});

test("a hole on the second socket is found, though the client heard the message over the first", async () => {
  const { after, history, reaches } = await moved([4, 6]);
  after.bring(7);
  await reaches(7);
  expect(offsets(views(history).ann)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const { unreportedGaps, details } = check(history);
  expect(unreportedGaps).toBe(1);
  expect(details).toEqual(["r: unreportedGaps, to ann's socket 2: nothing at one:5"]);
});
