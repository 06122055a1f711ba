import { formatBytes, formatCount, formatCounted, formatPercent, threeDigits } from "../lib/format.ts";
import { drawTable } from "../lib/table.ts";
import type { Observed } from "./observed.ts";
import type { Plan } from "./plan.ts";

/** The plan for people: what the talk comes to, what it takes, and a sentence; `observed`: where the capacity comes from. */
export function showPlan(plan: Plan, observed: Observed | null): string {
  const parts = [
    drawTable(["the load", ""], loadRows(plan), [""]),
    drawTable(["what it takes", ""], serverRows(plan, observed?.isLowerBound ?? false), [""]),
    ...notes(plan, observed),
    conclusion(plan, observed),
  ];
  return `${parts.join("\n\n")}\n`;
}

function loadRows({ load, bandwidth, capacity }: Plan): string[][] {
  const { hottest } = load;
  return [
    ["users", formatCount(load.users)],
    ["rooms with anyone", formatCount(load.rooms)],
    ["messages in", perSecond(load.messagesPerSecond)],
    ["socket writes", perSecond(load.writesPerSecond)],
    ["bandwidth in", bitRate(bandwidth.in)],
    ["bandwidth out", bitRate(bandwidth.out)],
    ["hottest room", `${formatCounted(hottest.users, "user")}, ${writes(hottest.writesPerSecond)}`],
    ["  of what a server carries", share(hottest.writesPerSecond / capacity.writes)],
  ];
}

/** Of a capacity that is a lower bound follow more servers than it may take. */
function serverRows(plan: Plan, isLowerBound: boolean): string[][] {
  const { capacity, headroom, servers, each, redisCallsPerSecond } = plan;
  return [
    [
      isLowerBound ? "a server carries, at least" : "a server carries",
      `${writes(capacity.writes)}, ${formatCounted(capacity.connections, "connection")}`,
    ],
    ["  of which stay free", share(headroom)],
    ["servers for the writes", formatCount(servers.forWrites)],
    ["servers for the connections", formatCount(servers.forConnections)],
    ["servers for rooms kept whole", formatCount(servers.forWholeRooms)],
    [isLowerBound ? "servers needed, at most" : "servers needed", formatCount(servers.needed)],
    ["  and one that may fail", formatCount(servers.needed + 1)],
    ["each: connections", formatCount(each.connections)],
    ["each: socket writes", perSecond(each.writesPerSecond)],
    ["each: bandwidth out", bitRate(each.bandwidthOut)],
    ["each: memory, its history included", formatBytes(Math.ceil(each.memory / 2 ** 20) * 2 ** 20)],
    ["Redis, if they share one: script calls", perSecond(redisCallsPerSecond)],
  ];
}

function notes({ servers, load }: Plan, observed: Observed | null): string[] {
  const lines = [
    ...(servers.hottestRoomOver > 1
      ? [
          `the hottest room is more than one server carries: it has to be spread over ${formatCount(servers.hottestRoomOver)}, ` +
            "as balance does by itself; other servers and proxies need --redis for that",
        ]
      : []),
    ...(load.rooms > 1 && servers.needed > 1
      ? [
          "rooms are taken to stay on one server each; spread at random, a message goes to most of the servers",
        ]
      : []),
    ...(observed === null
      ? ["the capacity is the default of a fleet's --spawn-at: measure yours, and give it with --from"]
      : [`the capacity is that of ${observed.source}`, ...observed.caveats]),
  ];
  return [`Notes\n${lines.map((line) => `  ${line}`).join("\n")}`];
}

function conclusion({ load, servers }: Plan, observed: Observed | null): string {
  const needed = formatCounted(servers.needed, "server");
  const verb = servers.needed === 1 ? "carries" : "carry";
  const spare = `with ${formatCount(servers.needed + 1)} one of them may fail`;
  const it = `it (${writes(load.writesPerSecond)})`;
  if (!observed?.isLowerBound || servers.needed === 1) return `${needed} ${verb} ${it}; ${spare}.`;
  return (
    `At most ${needed} ${verb} ${it}; ${spare}. It may take far fewer: the capacity is only what was seen, ` +
    "and a larger load would show how much more a server carries."
  );
}

function writes(rate: number): string {
  return perSecond(rate).replace("/s", " writes/s");
}

/** A rate with two decimals where they say something: `66.67/s`, `200,000/s`. */
function perSecond(rate: number): string {
  return `${rate < 1000 ? Number(rate.toFixed(2)) : formatCount(rate)}/s`;
}

/** Bytes a second in the unit that networks are sold by. */
function bitRate(bytes: number): string {
  const megabits = (bytes * 8) / 1e6;
  return megabits < 1000 ? `${Number(megabits.toFixed(2))} Mbit/s` : `${threeDigits(megabits / 1000)} Gbit/s`;
}

function share(fraction: number): string {
  return fraction > 1 ? `${threeDigits(fraction)} times` : formatPercent(Number(fraction.toFixed(4)));
}
