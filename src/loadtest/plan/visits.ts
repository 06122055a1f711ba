import { clientsOf, type LoadOptions, roomSizesOf } from "../options.ts";
import { shareOut } from "./shares.ts";
import { type Stay, staysOf } from "./stages.ts";

/** One client's time in its room: who it is, where it is, and from when to when. */
export interface Visit {
  /** `{run}.{room}.{member}`, `.{n}` when it comes again, `~{n}` when it is the n-th in its place: unique and short. */
  id: string;
  room: number;
  /** Clients that were there in its place before it, and left. */
  generation: number;
  /** Which of the addresses it goes to. */
  url: string;
  /** Milliseconds after the start: of the ramp, or, where there are stages, of the first of them. */
  from: number;
  /** Infinite for one that stays to the end. */
  to: number;
  /** It reads nothing. */
  isSlow: boolean;
}

/** One of the processes that generate the load together; `process` counts from 0. */
export interface Share {
  process: number;
  processes: number;
}

export interface Plan {
  /** Of this process, in the order in which they come. */
  visits: Visit[];
  /** Are members of this room in other processes, too? */
  isShared(room: number): boolean;
  /** Is this the id of a client that another process has, in a room that is shared? */
  isElsewhere(id: string): boolean;
}

/**
 * What one process has to do of a run. Clients connect spread evenly over the ramp, room by room in turn; with
 * stages, they come and go as those say.
 */
export function planVisits(options: LoadOptions, runId: string, { process, processes }: Share): Plan {
  const sizes = roomSizesOf(options);
  const shares = shareOut(sizes, processes);
  const { urls, addresses, spread, slow } = options;
  const servers = urls.length / addresses;
  const total = clientsOf(options);
  const visits: Visit[] = [];
  let index = 0;
  for (const { room, member } of inTurn(sizes)) {
    const number = index++;
    if (shares.processOf(room, member) !== process) continue;
    const isSlow = isOfShare(slow, room, member);
    const server = (spread === "rooms" ? room : room + member) % servers;
    const url = urls[server * addresses + (member % addresses)]!;
    for (const [time, stay] of staysFor(options, number, total).entries()) {
      const id = `${runId}.${room}.${member}${time === 0 ? "" : `.${time}`}`;
      visits.push({ id, room, generation: 0, url, ...stay, isSlow });
    }
  }
  if (options.stages !== undefined) visits.sort((a, b) => a.from - b.from);
  return {
    visits,
    isShared: shares.isShared,
    isElsewhere(id) {
      const place = placeOf(id, runId);
      if (place === null || !(place.member < (sizes[place.room] ?? 0))) return false;
      return shares.isShared(place.room) && shares.processOf(place.room, place.member) !== process;
    },
  };
}

/** Whose id this is, in the plan of a run; `null` when it is none of that run's. */
function placeOf(id: string, runId: string): { room: number; member: number } | null {
  if (!id.startsWith(`${runId}.`)) return null;
  const match = /^(\d+)\.(\d+)(?:\.\d+)?(?:~\d+)?$/.exec(id.slice(runId.length + 1));
  return match === null ? null : { room: Number(match[1]), member: Number(match[2]) };
}

/** The one who comes when this one leaves, for the rest of its time. */
export function successorOf(visit: Visit): Visit {
  const generation = visit.generation + 1;
  const [place] = visit.id.split("~");
  return { ...visit, id: `${place}~${generation}`, generation };
}

/** The name of a run's room on the server. */
export function roomName(runId: string, room: number): string {
  return `load-${runId}-${room}`;
}

function staysFor({ stages, ramp }: LoadOptions, index: number, total: number): Stay[] {
  if (stages !== undefined) return staysOf(stages, index);
  return [{ from: (index * ramp) / total, to: Number.POSITIVE_INFINITY }];
}

/** Where a share of each room begins, so that what does not come to a whole client is not the same in all rooms. */
const GOLDEN_RATIO = 0.618_033_988_749_895;

/** Does a member belong to the share of its room that does something else? Every room has its part of it. */
function isOfShare(share: number, room: number, member: number): boolean {
  const start = (room + 0.5) * GOLDEN_RATIO;
  return Math.floor(start + (member + 1) * share) > Math.floor(start + member * share);
}

/** The first members of all rooms, then the second ones, and so on; `sizes` descend. */
function* inTurn(sizes: readonly number[]): Generator<{ room: number; member: number }> {
  for (let member = 0; member < sizes[0]!; member++) {
    for (let room = 0; room < sizes.length && sizes[room]! > member; room++) yield { room, member };
  }
}
