import { formatCount, threeDigits } from "../../../src/lib/format.ts";
import type { Contestant, RunningContestant } from "../contestants/contestant.ts";
import { withFresh } from "../contestants/fresh.ts";
import { nats, nchan } from "../contestants/packaged.ts";
import { scaleChat } from "../contestants/scale-chat.ts";
import { bunPublish, nodeWs, socketIo } from "../contestants/scripted.ts";
import { spreadOf } from "../figures/spread.ts";
import { Crowd } from "../loads/crowd.ts";
import { machineMemory, usageOf } from "../loads/process-tree.ts";
import type { Effort, Entrant, Measurement, Row } from "../row.ts";

const CONTESTANTS = [scaleChat("native"), nodeWs, socketIo, nchan, nats, bunPublish];
/** Messages to all, one after the other; the first ones find a server that has not warmed up. */
const MESSAGES = 10;
/** For what was needed only to connect to be given back. */
const REST_MS = 3000;
const MIB = 2 ** 20;

export const held: Row = {
  id: "P3",
  title: "connections held",
  method:
    "Idle clients in one room, all connected; after 3 s without anything to do, what the server with its workers holds " +
    "beyond what it held before, and by how much the memory in use on the whole machine grew: clients, sockets, whoever " +
    "else runs.",
  aims: [],
  repeat: 1,
  columns: [
    { key: "clients", head: "clients", format: formatCount },
    { key: "kib", head: "server KiB a client", format: threeDigits },
    { key: "server", head: "server MiB", format: formatCount },
    { key: "machine", head: "machine MiB", format: formatCount },
  ],
  entrants: CONTESTANTS.map((contestant) =>
    entrantOf(contestant, measureHeld, ({ connections }) => connections),
  ),
};

export const connects: Row = {
  id: "P4",
  title: "clients that connect all at once",
  method:
    "Into one room, out of a process for each core, with no more than 100 handshakes of each under way. " +
    "A client is in when the server says so in its protocol, else when its WebSocket is open.",
  aims: [{ text: "15,000 connects/s", key: "connects", atLeast: 15_000 }],
  repeat: 3,
  columns: [
    { key: "clients", head: "clients", format: formatCount },
    { key: "connects", head: "connects/s", format: formatCount },
    { key: "server", head: "server CPU %", format: formatCount },
    { key: "generator", head: "generators CPU %", format: formatCount },
  ],
  entrants: CONTESTANTS.map((contestant) => entrantOf(contestant, measureConnects, ({ crowd }) => crowd)),
};

export const broadcast: Row = {
  id: "P5",
  title: "one message to all",
  method:
    "The clients of P4 are in one room, and one of them says something of 64 B: the time until the last has heard it. " +
    `${MESSAGES} times, each when the one before has been heard by all.`,
  aims: [],
  repeat: 3,
  columns: [
    { key: "clients", head: "clients", format: formatCount },
    { key: "median", head: "last client, median ms", format: threeDigits },
    { key: "worst", head: "worst ms", format: threeDigits },
  ],
  entrants: CONTESTANTS.map((contestant) => entrantOf(contestant, measureBroadcast, ({ crowd }) => crowd)),
};

type Measure = (
  contestant: Contestant,
  server: RunningContestant,
  crowd: Crowd,
  clients: number,
) => Promise<Measurement>;

function entrantOf(contestant: Contestant, measure: Measure, clientsOf: (effort: Effort) => number): Entrant {
  const { name, missing } = contestant;
  return {
    ...{ name, missing, isOurs: contestant === CONTESTANTS[0] },
    measure: (effort) =>
      withFresh(contestant, {}, async ([server]) => {
        const clients = clientsOf(effort);
        const crowd = await Crowd.gather(clients);
        try {
          return await measure(contestant, server!, crowd, clients);
        } finally {
          crowd.disperse();
        }
      }),
  };
}

async function measureHeld(
  ...[contestant, server, crowd, clients]: Parameters<Measure>
): Promise<Measurement> {
  const [before, machineBefore] = [usageOf(server.pid).bytes, machineMemory()];
  await crowd.connect(contestant, server);
  await Bun.sleep(REST_MS);
  const { bytes } = usageOf(server.pid);
  return {
    figures: {
      clients,
      kib: (bytes - before) / clients / 1024,
      server: bytes / MIB,
      machine: (machineMemory() - machineBefore) / MIB,
    },
  };
}

async function measureConnects(
  ...[contestant, server, crowd, clients]: Parameters<Measure>
): Promise<Measurement> {
  const before = usageOf(server.pid);
  const { tookMs, generatorPercent } = await crowd.connect(contestant, server);
  const after = usageOf(server.pid);
  return {
    figures: {
      clients,
      connects: (1000 * clients) / tookMs,
      server: (100_000 * (after.cpuSeconds - before.cpuSeconds)) / tookMs,
      generator: generatorPercent,
    },
  };
}

async function measureBroadcast(
  ...[contestant, server, crowd, clients]: Parameters<Measure>
): Promise<Measurement> {
  await crowd.connect(contestant, server);
  const times: number[] = [];
  while (times.length < MESSAGES) {
    times.push(await crowd.tellAll(`message ${times.length} to all `.padEnd(64, "x")));
  }
  const { median, max } = spreadOf(times)!;
  return { figures: { median, worst: max, clients } };
}
