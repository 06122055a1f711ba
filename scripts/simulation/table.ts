import Table from "cli-table3";
import { formatCount, formatPercent } from "../../src/lib/format.ts";
import { AIM, type Summary } from "./tally.ts";

export interface Column {
  title: string;
  summary: Summary;
}

const percent = (share: number): string => formatPercent(Number(share.toPrecision(2)));
const ratio = (value: number): string => value.toFixed(2);
/** Of a time that some days do not have. */
const ratioIfAny = (value: number): string => (value > 0 ? ratio(value) : "n/a");

const ROWS: ReadonlyArray<readonly [name: string, value: (summary: Summary) => string]> = [
  ["highest load / mean, calm: median", ({ spread }) => ratio(spread.calm.p50)],
  ["  p99 of the time", ({ spread }) => ratio(spread.calm.p99)],
  ["  worst second", ({ spread }) => ratio(spread.calm.max)],
  [`  time over ${AIM}`, ({ spread }) => percent(spread.calm.overAim)],
  ["  first minute after a shock, p99", ({ spread }) => ratioIfAny(spread.shock.p99)],
  ["  during the deploy, p99", ({ spread }) => ratioIfAny(spread.deploy.p99)],
  ["users moved an hour, to even out", ({ moves }) => percent(moves.redistribute)],
  ["  by retiring servers", ({ moves }) => percent(moves.retire)],
  ["  both, worst hour", ({ worstHour }) => percent(worstHour)],
  ["moves by the deploy, a user there", ({ deployMoves }) => ratioIfAny(deployMoves)],
  ["  by deaths, a user and day", ({ moves }) => ratio(moves.death * 24)],
  ["spawns", ({ spawns }) => formatCount(spawns)],
  ["retired", ({ retires }) => formatCount(retires)],
  ["flaps: retired within 10 min of its spawn", ({ flaps }) => formatCount(flaps)],
  ["  spawn and retirement within 10 min", ({ turns }) => formatCount(turns)],
  ["late answers, s a user and day", ({ lateSeconds }) => ratio(lateSeconds)],
  ["sent to a server just dead, a user and day", ({ refused }) => percent(refused)],
  ["servers that a message goes to", ({ copies }) => copies.toFixed(1)],
  ["messages/s from the broker to a server, peak", ({ received }) => formatCount(received)],
  ["mean load of a server (of spawn-at)", ({ used }) => percent(used)],
  ["most servers", ({ mostServers }) => formatCount(mostServers)],
  ["server hours", ({ serverHours }) => formatCount(serverHours)],
];

/** The runs side by side, without colour. */
export function renderTable(columns: readonly Column[]): string {
  const table = new Table({
    head: ["", ...columns.map(({ title }) => title)],
    style: { head: [], border: [] },
    colAligns: ["left", ...columns.map(() => "right" as const)],
  });
  for (const [name, value] of ROWS) table.push([name, ...columns.map(({ summary }) => value(summary))]);
  return table.toString();
}
