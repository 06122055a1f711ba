import { CorruptEntry, decodeBatch } from "../../../src/broker/redis/payload.ts";
import { RedisRoom } from "../../../src/broker/redis/redis-room.ts";
import { EventLog } from "../../../src/fleet/event-log.ts";
import { FleetMembership } from "../../../src/fleet/member/fleet-membership.ts";
import { decodeEvent, decodeOrder, decodeReport } from "../../../src/fleet/redis/decode.ts";
import { Registry } from "../../../src/fleet/registry.ts";
import { FakeClock } from "../../../src/lib/clock.ts";
import { isObject, parseJson } from "../../../src/lib/json.ts";
import { silentLogger } from "../../../src/lib/log.ts";
import type { FleetOrder } from "../../../src/protocol/fleet.ts";
import { native } from "../../../src/protocol/native.ts";
import type { Chance } from "../chance.ts";
import { mutateJson } from "../mutate.ts";
import { type Note, promise, pureTarget } from "../target.ts";

const SAID = [7, "ann", "hi", "2026-01-31T12:00:00.000Z", 1_763_683_200_000];
/** Where the log of the room stands. */
const HEAD = 5;
const BATCH = { e: "epoch", r: "replid", o: HEAD + 1, m: [SAID, SAID] };
const ROOM = { room: "r", members: 3, movable: 2, writes: 10 };
const LOAD = { writesPerSecond: 5, lagMs: 0.1, connections: 3, memoryBytes: 1e8, problem: null };
const FROM = {
  id: "a",
  url: "ws://10.0.0.1:8080",
  adminAddress: "10.0.0.1:8081",
  kind: "remote",
  startedAt: 1,
};
const MOVES = [{ room: "r", clients: 2, url: "ws://10.0.0.2:8080" }];
const FRAMES: readonly object[] = [
  BATCH,
  {
    type: "report",
    from: FROM,
    sequence: 1,
    report: { ...LOAD, isWhole: true, rooms: [ROOM], emptiesAt: null },
  },
  { type: "gone", id: "a" },
  { type: "balancer", id: "b", starting: 0, room: 3 },
  { type: "redistribute", reason: "busy", moves: MOVES },
  { type: "drain", reason: "retired", moves: MOVES, other: "ws://10.0.0.2:8080" },
  { type: "retire", emptiesAt: 5 },
  { type: "spawn", reason: "busy", figures: { writes_per_s: 1 } },
  {
    from: "b",
    event: {
      type: "redistribute",
      server: "a",
      reason: "busy",
      figures: { lag: 1 },
      moves: [{ ...MOVES[0], to: "c" }],
    },
  },
];

/** Channels to which somebody else writes, too: what is none of ours is passed over, what is has its form. */
export const redis = pureTarget(async (chance: Chance, note: Note) => {
  const text = mutateJson(chance, chance.pick(FRAMES));
  note(text);
  await hearBatch(text);
  const frame = parseJson(text);
  if (!isObject(frame)) return;
  const report = decodeReport(frame);
  if (report?.type === "report") {
    const registry = new Registry();
    const events = new EventLog(new FakeClock(), silentLogger);
    events.joined(report.from);
    registry.report(
      registry.add(report.from, () => {}),
      report.report,
      1,
    );
    registry.remove(report.from.id);
  }
  const order = decodeOrder(frame);
  if (order !== null && order.type !== "spawn") obey(order);
  const event = decodeEvent(frame);
  if (event !== null) new EventLog(new FakeClock(), silentLogger).add(event.event);
});

/** As a room that listens hears it, twice as a channel may; the log behind it holds nothing more. */
async function hearBatch(text: string): Promise<void> {
  let batch: ReturnType<typeof decodeBatch>;
  try {
    batch = decodeBatch("r", text);
  } catch (error) {
    promise(error instanceof CorruptEntry, "what is no message is told as what it is");
    return;
  }
  if (batch === null) return;
  for (const message of batch.messages) {
    promise(Number.isSafeInteger(message.offset) && message.offset > 0, "an offset is one");
    const [heard] = native.decodeFromServer(native.encodeMessage(message));
    promise(heard?.type === "message", "a message that clients understand");
  }
  const page = { epoch: "epoch", head: HEAD, replid: "replid", messages: [], complete: true };
  const room = new RedisRoom(async () => page, silentLogger);
  const heard: number[] = [];
  let gaps = 0;
  await room.listen(
    (messages) => heard.push(...messages.map(({ offset }) => offset)),
    () => gaps++,
  );
  room.hear(batch);
  room.hear(batch);
  await room.catchUp();
  promise(gaps === 0, "a log that is complete has no gap");
  promise(
    heard.every((offset, index) => offset === HEAD + 1 + index),
    `offsets that go on where the log stood, not ${heard}`,
  );
  const isNext = batch.epoch === "epoch" && batch.replid === "replid" && batch.first === HEAD + 1;
  if (isNext) promise(heard.length === batch.messages.length, "what comes next is heard");
}

function obey(order: FleetOrder): void {
  const told: Array<(order: FleetOrder) => void> = [];
  const link = { join: (_: unknown, onOrder: (order: FleetOrder) => void) => void told.push(onOrder) };
  const membership = new FleetMembership();
  membership.add({ ...link, report: () => {}, leave: async () => {} });
  const load = { ...LOAD, isWhole: true, rooms: [] };
  const server = { port: 1, adminPort: 2, report: () => load, redistribute: () => {} };
  membership.join(server as never, FROM as never);
  for (const tell of told) tell(order);
  void membership.leave();
}
