import { afterEach, describe, expect, test } from "bun:test";
import { type Random, seededRandom } from "../lib/random.ts";
import { serve, until } from "../server/test-client.ts";
import { BrokenBroker, type Defect, isFlawed } from "./broken-broker.ts";
import { type Counts, check, type HistoryEvent } from "./history-checker.ts";
import { startTcpProxy } from "./tcp-proxy.ts";
import { Witness } from "./witness.ts";

const SEED = Number(process.env.HISTORY_SEED ?? Math.floor(Math.random() * 2 ** 32));
const CLIENTS = ["ann", "bob", "cleo"];
const CLEAN: Counts = { lost: 0, repeated: 0, reordered: 0, unreportedGaps: 0, needlessGaps: 0 };

function counts(history: readonly HistoryEvent[]): Counts {
  const { lost, repeated, reordered, unreportedGaps, needlessGaps } = check(history);
  return { lost, repeated, reordered, unreportedGaps, needlessGaps };
}

/** What is done wrong at one message of a generated history. */
type Flaw = Extract<Defect, "no dedupe" | "ack before store">;

/** A room in which three clients speak and read at random, come late and come back; everything is caught up. */
function generate(room: string, random: Random, flaw?: Flaw): HistoryEvent[] {
  const history: HistoryEvent[] = [];
  const log: Array<{ sender: string; number: number }> = [];
  const read = new Map<string, number>();
  const said = new Map<string, number>();
  const flawedAt = 20 + Math.floor(random() * 50);
  const readNext = (client: string) => {
    const at = read.get(client)!;
    if (at === log.length) return false;
    history.push({ room, type: "seen", client, offset: at + 1, ...log[at]! });
    read.set(client, at + 1);
    return true;
  };
  const speak = (sender: string) => {
    const number = (said.get(sender) ?? 0) + 1;
    said.set(sender, number);
    history.push({ room, type: "published", sender, number });
    const isFlawed = history.filter(({ type }) => type === "published").length === flawedAt;
    if (!(isFlawed && flaw === "ack before store")) log.push({ sender, number });
    if (isFlawed && flaw === "no dedupe") log.push({ sender, number });
    if (random() < 0.9 || isFlawed) {
      history.push({
        room,
        type: "acked",
        sender,
        number,
        epoch: "e",
        offset: random() < 0.5 ? null : log.length,
      });
    }
  };
  for (let step = 0; step < 600; step++) {
    const client = CLIENTS[Math.floor(random() * CLIENTS.length)]!;
    if (!read.has(client)) {
      // The third one comes late, when there is something that it has no right to.
      if (client === "cleo" && step < 30) continue;
      read.set(client, log.length);
      history.push({ room, type: "joined", client, epoch: "e", offset: log.length });
    } else if (random() < 0.3) speak(client);
    else if (random() < 0.05) history.push({ room, type: "rejoined", client, epoch: "e" });
    else readNext(client);
  }
  for (const client of CLIENTS) while (readNext(client));
  return history;
}

/** The place of a message seen by bob with another one after it. */
function somethingSeen(history: readonly HistoryEvent[], random: Random): [number, number] {
  const seen = history.flatMap((event, index) =>
    event.type === "seen" && event.client === "bob" ? [index] : [],
  );
  const at = Math.floor(random() * (seen.length - 1));
  return [seen[at]!, seen[at + 1]!];
}

describe(`generated histories (seed ${SEED})`, () => {
  const random = seededRandom(SEED);

  test("a correct one is clean", () => {
    for (let run = 0; run < 20; run++) {
      const verdict = check([...generate("r", random), ...generate("s", random)]);
      expect(verdict.details).toEqual([]);
      expect(verdict).toMatchObject(CLEAN);
      expect([...verdict.rooms.keys()]).toEqual(["r", "s"]);
    }
  });

  test("a dropped message is lost, and leaves a gap", () => {
    const history = generate("r", random);
    // Acknowledged or not is chance in the generator; a loss is one of what was acknowledged.
    let at: number;
    do {
      [at] = somethingSeen(history, random);
    } while (!wasAcked(history, history[at]!));
    expect(counts(history.toSpliced(at, 1))).toEqual({ ...CLEAN, lost: 1, unreportedGaps: 1 });
  });

  test("a repeated message", () => {
    const history = generate("r", random);
    const [at, later] = somethingSeen(history, random);
    expect(counts(history.toSpliced(later, 0, history[at]!))).toEqual({ ...CLEAN, repeated: 1 });
  });

  test("two that are swapped for one client", () => {
    const history = generate("r", random);
    const [first, second] = somethingSeen(history, random);
    const swapped = history.with(first, history[second]!).with(second, history[first]!);
    expect(counts(swapped)).toEqual({ ...CLEAN, reordered: 1 });
  });

  test("two that are swapped for one client, under the offsets of their new places", () => {
    const history = generate("r", random);
    const [first, second] = somethingSeen(history, random);
    const [one, other] = [history[first], history[second]] as Array<HistoryEvent & { type: "seen" }>;
    const swapped = history
      .with(first, { ...other!, offset: one!.offset })
      .with(second, { ...one!, offset: other!.offset });
    expect(counts(swapped).reordered).toBeGreaterThan(0);
  });

  test("no dedupe: the same message under two offsets is repeated to everyone who was in", () => {
    const history = generate("r", random, "no dedupe");
    expect(counts(history)).toEqual({ ...CLEAN, repeated: CLIENTS.length });
  });

  test("acknowledged before it was stored: lost to everyone", () => {
    const history = generate("r", random, "ack before store");
    expect(counts(history)).toEqual({ ...CLEAN, lost: CLIENTS.length });
  });
});

describe("gaps", () => {
  const room = "r";
  const said = (number: number): HistoryEvent[] => [
    { room, type: "published", sender: "ann", number },
    { room, type: "acked", sender: "ann", number, epoch: "e", offset: number },
  ];
  const seen = (number: number, offset = number): HistoryEvent => ({
    ...{ room, type: "seen", client: "bob", offset, sender: "ann", number },
  });
  const joined: HistoryEvent = { room, type: "joined", client: "bob", epoch: "e", offset: 0 };
  const spoken = [joined, ...[1, 2, 3, 4].flatMap(said), seen(1)];
  const gap = (from: number, to: number, newEpoch: string | null = null): HistoryEvent => ({
    ...{ room, type: "gap", client: "bob", from, to, newEpoch },
  });
  const rejoined = (epoch: string): HistoryEvent => ({ room, type: "rejoined", client: "bob", epoch });
  const loss: HistoryEvent[] = [
    { room, type: "losing" },
    { room, type: "emptied" },
  ];

  test("cover what they name, and no more; the log should have had it", () => {
    expect(counts([...spoken, gap(2, 3), seen(4)])).toEqual({ ...CLEAN, needlessGaps: 1 });
    expect(counts([...spoken, gap(2, 2), seen(4)])).toEqual({
      ...CLEAN,
      ...{ lost: 1, unreportedGaps: 1, needlessGaps: 1 },
    });
    expect(counts([...spoken, seen(4)])).toEqual({ ...CLEAN, lost: 2, unreportedGaps: 1 });
    expect(counts(spoken)).toEqual({ ...CLEAN, lost: 3 });
  });

  const afterwards: HistoryEvent[] = [
    { room, type: "published", sender: "ann", number: 5 },
    { room, type: "acked", sender: "ann", number: 5, epoch: "f", offset: 1 },
  ];

  test("a new epoch has to be told, and covers the rest of the old one", () => {
    const told = [rejoined("f"), gap(1, 0, "f")];
    expect(counts([...spoken, ...loss, ...told, ...afterwards, seen(5, 1)])).toEqual(CLEAN);
    // The same, while the client was there.
    expect(counts([...spoken, ...loss, gap(1, 0, "f"), ...afterwards, seen(5, 1)])).toEqual(CLEAN);
    expect(counts([...spoken, ...loss, rejoined("f"), ...afterwards, seen(5, 1)])).toEqual({
      ...CLEAN,
      ...{ lost: 3, unreportedGaps: 1 },
    });
  });

  test("a new epoch covers nothing that was published after the loss, nor what others saw in it", () => {
    expect(counts([...spoken, ...loss, gap(1, 0, "f"), ...afterwards])).toEqual({ ...CLEAN, lost: 1 });
    // Acknowledged in the old epoch, as it seemed, but ann was given it in the new one.
    const others: HistoryEvent[] = [
      { room, type: "joined", client: "ann", epoch: "f", offset: 0 },
      { room, type: "seen", client: "ann", offset: 1, sender: "ann", number: 4 },
    ];
    expect(counts([...spoken, ...loss, gap(1, 0, "f"), ...others])).toEqual({ ...CLEAN, lost: 1 });
  });

  test("without a loss of the log a new epoch is needless, and covers nothing", () => {
    expect(counts([...spoken, gap(1, 0, "f")])).toEqual({ ...CLEAN, lost: 3, needlessGaps: 1 });
    const told = [gap(1, 0, "f"), gap(1, 0, "g")];
    expect(counts([...spoken, ...loss, ...told])).toEqual({ ...CLEAN, needlessGaps: 1 });
    expect(counts([...spoken, ...loss, gap(1, 0, "f"), gap(1, 0, "f")])).toEqual({
      ...CLEAN,
      needlessGaps: 1,
    });
  });

  test("a client that missed a whole epoch is told once of both", () => {
    const twice = [...loss, ...afterwards, ...loss];
    expect(counts([...spoken, ...twice, rejoined("g"), gap(1, 0, "g")])).toEqual(CLEAN);
  });

  test("a message that the log forgot comes again, if its sender did not know that it was stored", () => {
    const said5: HistoryEvent = { room, type: "published", sender: "ann", number: 5 };
    const acked5: HistoryEvent = {
      ...{ room, type: "acked", sender: "ann", number: 5, epoch: "f", offset: 1 },
    };
    const before = [joined, ...said(1), seen(1)];
    const anew = [...loss, gap(1, 0, "f")];
    expect(counts([...before, said5, seen(5, 2), ...anew, seen(5, 1), acked5])).toEqual(CLEAN);
    expect(counts([...before, said5, seen(5, 2), acked5, ...anew, seen(5, 1)])).toEqual({
      ...CLEAN,
      repeated: 1,
    });
    expect(counts([...before, said5, ...anew, seen(5, 1), seen(5, 2), acked5])).toEqual({
      ...CLEAN,
      repeated: 1,
    });
  });

  test("what comes again after a loss comes late; what was in no lost log may not", () => {
    const publish = (number: number): HistoryEvent => ({ room, type: "published", sender: "ann", number });
    const unacked = [joined, publish(1), publish(2)];
    const anew = [...loss, gap(1, 0, "f")];
    expect(counts([...unacked, seen(1), ...anew, seen(2, 1), seen(1, 2)])).toEqual(CLEAN);
    expect(counts([...unacked, ...anew, seen(2, 1), seen(1, 2)])).toEqual({ ...CLEAN, reordered: 1 });
    // Nobody saw it, but it was there; another one that was is no excuse.
    const held = (number: number): HistoryEvent => ({
      room,
      type: "held",
      epoch: "e",
      sender: "ann",
      number,
    });
    const holding = (number: number) => [loss[0]!, held(number), loss[1]!, gap(1, 0, "f")];
    expect(counts([...unacked, ...holding(1), seen(2, 1), seen(1, 2)])).toEqual(CLEAN);
    expect(counts([...unacked, ...holding(2), seen(2, 1), seen(1, 2)])).toEqual({ ...CLEAN, reordered: 1 });
    expect(counts([...unacked, seen(2, 1), seen(1, 2)])).toEqual({ ...CLEAN, reordered: 1 });
  });

  test("who had nothing of the old epoch need not be told, but misses what was acknowledged in it", () => {
    expect(counts([joined, ...loss, rejoined("f")])).toEqual(CLEAN);
    expect(counts([joined, ...said(1), ...loss, rejoined("f")])).toEqual({ ...CLEAN, lost: 1 });
  });
});

function wasAcked(history: readonly HistoryEvent[], message: HistoryEvent): boolean {
  const { sender, number } = message as HistoryEvent & { type: "seen" };
  return history.some(
    (event) => event.type === "acked" && event.sender === sender && event.number === number,
  );
}

describe("real connections to a server with a broken log", () => {
  const cleanUps: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  // Each client is two views: the wire, and the connection's, which hides a repeated offset and tells of a hole.
  test.each<[Defect, Partial<Counts>]>([
    ["none", {}],
    ["drop", { lost: 3, unreportedGaps: 3, needlessGaps: 3 }],
    ["repeat", { repeated: 3 }],
    ["swap", { reordered: 3, needlessGaps: 3 }],
    ["no dedupe", { repeated: 6 }],
    ["ack before store", { lost: 6 }],
  ])("%s", async (defect, broken) => {
    const broker = new BrokenBroker(defect);
    const { port, stop } = serve({ drainTimeout: 0 }, { broker });
    const proxy = await startTcpProxy(port, seededRandom(1));
    cleanUps.push(
      () => broker.close(),
      stop,
      () => proxy.close(),
    );

    const history: HistoryEvent[] = [];
    const witnesses = CLIENTS.map((name, index) => {
      // Bob's network breaks.
      const url = `ws://127.0.0.1:${name === "bob" ? proxy.port : port}`;
      return new Witness({ url, room: "r", name, random: seededRandom(index), history });
    });
    cleanUps.push(() => Promise.all(witnesses.map(({ connection }) => connection.close())));
    const settled = () => until(() => witnesses.every(({ isSettled }) => isSettled), "everyone to be in");
    await settled();
    const [, bob] = witnesses;
    for (let number = 1; number <= 10; number++) {
      const isUnheard = number === 5 && defect === "no dedupe";
      proxy.swallows = isUnheard ? "answers" : "nothing";
      for (const witness of witnesses) witness.speak();
      if (isUnheard) {
        // Bob does not hear that his message is stored, and says it again when he is back.
        await until(
          async () => (await broker.history("r", null, 1000)).messages.some(isFlawed),
          "bob's word",
        );
        proxy.swallows = "nothing";
        proxy.cut();
        await until(() => !bob!.connection.isOnline, "bob to notice");
      }
      await settled();
    }
    const end = (await broker.history("r", null, 0)).head;
    await until(() => witnesses.every(({ offset }) => offset === end), "the end of the log");
    expect(counts(history)).toEqual({ ...CLEAN, ...broken });
  });
});
