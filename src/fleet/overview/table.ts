import { formatCount, formatCounted } from "../../lib/format.ts";
import { sanitise } from "../../lib/sanitise.ts";
import { drawTable } from "../../lib/table.ts";
import { formatAge, loadOf, roomName } from "../shown.ts";
import type { FleetStatus, RoomStatus, ServerStatus } from "../status.ts";

const PAGE_WIDTH = 100;
const LONGEST_ID = 8;
/** Below that an address says nothing: rather a wider table. */
const SHORTEST_URL = 12;
/** Servers of one machine differ in nothing else. */
const PORT_WIDTH = ":65535".length;
const LONGEST_ROOM = 48;
const BUSIEST = 5;
const NAMED_SERVERS = 3;

/** A fleet for people, in 100 columns and without colours: the totals, its servers, the rooms that cost most. */
export function renderFleet(status: FleetStatus): string {
  const parts = [totals(status)];
  if (status.servers.length > 0) parts.push(servers(status));
  if (status.busiest_rooms.length > 0) parts.push(rooms(status.busiest_rooms));
  return `${parts.join("\n\n")}\n`;
}

function totals({ servers, options, ...fleet }: FleetStatus): string {
  const count = (phase: ServerStatus["phase"]) => servers.filter((server) => server.phase === phase).length;
  const phases = (["ready", "unready", "retiring", "draining"] as const)
    .map((phase) => [phase, count(phase)] as const)
    .filter(([phase, number]) => phase === "ready" || number > 0)
    .map(([phase, number]) => `${formatCount(number)} ${phase}`);
  const limits = `min ${options.min}, max ${options.max}, spawn at ${formatCount(options.spawn_at)} writes/s`;
  return [
    `${formatCounted(servers.length, "server")}: ${phases.join(", ")} (${limits})`,
    `${formatCounted(fleet.connections, "connection")} in ${formatCounted(fleet.rooms, "room")}, ` +
      `${formatCount(fleet.writes_per_s)} writes/s, ${formatCount(fleet.provisions_per_s)} provisions/s`,
    fleet.decides ? "This balancer decides." : "Another balancer decides.",
  ].join("\n");
}

const SERVER_HEADS = ["server", "phase", "url", "age", "clients", "rooms", "writes/s", "load", "lag", "MiB"];
const URL_COLUMN = 2;

function servers({ servers, options, at }: FleetStatus): string {
  const rows = servers.map((server) => [
    fit(server.id, LONGEST_ID),
    server.phase,
    sanitise(server.url).replace(/^ws:\/\//, ""),
    // Its largest unit.
    formatAge(at - server.started_at).split(" ")[0]!,
    formatCount(server.connections),
    formatCount(server.rooms),
    formatCount(server.writes_per_s),
    `${Math.round(100 * loadOf(server.writes_per_s, options.spawn_at))} %`,
    server.loop_lag_ms.toFixed(1),
    formatCount(server.memory_rss_bytes / 2 ** 20),
  ]);
  const widths = SERVER_HEADS.map((head, i) =>
    Math.max(head.length, ...rows.map((row) => Bun.stringWidth(row[i]!))),
  );
  // Each column has a rule and two spaces besides.
  const others = widths.reduce((sum, width, i) => sum + 3 + (i === URL_COLUMN ? 0 : width), 1);
  const room = Math.max(SHORTEST_URL, PAGE_WIDTH - others);
  for (const row of rows) row[URL_COLUMN] = fit(row[URL_COLUMN]!, room, PORT_WIDTH);
  return draw(SERVER_HEADS, rows, URL_COLUMN);
}

function rooms(busiest: readonly RoomStatus[]): string {
  const rows = busiest.slice(0, BUSIEST).map(({ room, members, writes_per_s, servers }) => {
    const named = servers.slice(0, NAMED_SERVERS).map((id) => fit(id, LONGEST_ID));
    const rest = servers.length - named.length;
    return [
      fit(roomName(room), LONGEST_ROOM - (servers.length > 1 ? 2 * LONGEST_ID : 0)),
      ...[formatCount(members), formatCount(writes_per_s)],
      `${named.join(", ")}${rest > 0 ? ` +${formatCount(rest)}` : ""}`,
    ];
  });
  return draw(["busiest rooms", "clients", "writes/s", "on"], rows, 0);
}

/** Columns of words stand left, figures right; `words` is the last of the first ones. */
function draw(heads: string[], rows: string[][], words: number): string {
  return drawTable(
    heads,
    rows,
    heads.filter((head, i) => i > words && head !== "on"),
  );
}

/** A text, sanitised, in at most `width` columns of a terminal: its start, and the last `kept` characters of it. */
function fit(text: string, width: number, kept = 0): string {
  const clean = sanitise(text);
  if (Bun.stringWidth(clean) <= width) return clean;
  const end = kept === 0 ? "" : clean.slice(-kept);
  let start = "";
  for (const character of clean) {
    if (Bun.stringWidth(start + character + end) >= width) break;
    start += character;
  }
  return `${start}…${end}`;
}
