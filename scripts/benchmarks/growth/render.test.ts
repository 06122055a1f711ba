import { expect, test } from "bun:test";
import { AXES } from "./axis.ts";
import type { Cost } from "./cost.ts";
import type { Growth } from "./growth.ts";
import { renderGrowth } from "./render.ts";

const COST: Cost = {
  ...{ all: 100, server: 100, kernelShare: null, redis: null },
  ...{ deliveries: 10, writes: 10, p99: 1.5, others: 3 },
};

function growth(id: string, costs: Array<[point: number, costs: Array<Partial<Cost>>]>): Growth {
  const points = costs.map(([point, runs]) => ({ point, costs: runs.map((cost) => ({ ...COST, ...cost })) }));
  return { axis: AXES.find((axis) => axis.id === id)!, points };
}

test("an axis: its chart, what a message costs, the exponent, and what is full first", () => {
  const costs = growth("clients", [
    [10, [{}, { all: 90 }, { all: 120 }]],
    [1000, [{ all: 1000, server: 1000, kernelShare: 0.71, deliveries: 1000, writes: 800 }]],
  ]);
  const { file, svg, text } = renderGrowth(costs, "growth");
  expect([file, svg.includes(">grows as clients ^ 0.50<")]).toEqual(["clients.svg", true]);
  const [title, , image, table, words] = text.split("\n\n");
  expect(title).toBe("### Clients in a room");
  expect(image).toEndWith(
    "from 100 µs at 10 clients to 1,000 µs at 1,000 clients; fitted exponent 0.50](growth/clients.svg)",
  );
  expect(table!.split("\n")).toEqual([
    "| clients | µs a message | µs a delivery | deliveries a message | writes a message | in the kernel | p99 ms | others CPU % |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    "| 10 clients | 100 (90.0 to 120) | 10.0 (9.00 to 12.0) | 10.0 | 10.0 | – | 1.50 | 3 |",
    "| 1,000 clients | 1,000 | 1.00 | 1,000 | 800 | 71 % | 1.50 | 3 |",
  ]);
  expect(words).toBe(
    "A message costs about 31.6 × clients^**0.50** µs (R² 1.00); between the last two points the exponent is 0.50. " +
      "**The next bottleneck** is the event loop of the server: at 1,000 clients a message takes 1,000 µs of it, 800 " +
      "socket writes, 71 % of the servers' time is spent in the kernel. At this cost one core is full near 1,000 " +
      "messages/s, 1,000,000 deliveries/s.",
  );
});

test("where a message costs Redis more than any server, Redis is full first", () => {
  const costs = growth("servers", [
    [1, [{ redis: 20 }]],
    [6, [{ all: 200, server: 30, redis: 40, deliveries: 24 }]],
  ]);
  const { text } = renderGrowth(costs, "growth");
  expect(text).toContain("of it Redis, µs a message");
  expect(text).toEndWith(
    "is Redis, which is one thread: at 6 servers a message takes 30.0 µs of the busiest server, 40.0 µs of Redis, 10.0 " +
      "socket writes. At this cost one core is full near 25,000 messages/s, 600,000 deliveries/s.",
  );
});
