import { expect, test } from "bun:test";
import { seededRandom } from "../lib/random.ts";
import { Crowd } from "./affinity.ts";
import { BalancerView } from "./balancer-view.ts";
import { startBalancer } from "./harness.ts";

const ROOMS = 300;
const SIZE = 4;

test("of 300 small rooms on four servers, at least 95 % live on one server", async () => {
  const fleet = new BalancerView(await startBalancer(["--min", "4", "--max", "4"]));
  try {
    await fleet.ready(4);
    const crowd = await Crowd.gather(ROOMS, SIZE, seededRandom(1), () => fleet.url);
    const { messages, brought } = await crowd.talk(2, 500);
    expect(messages).toBe(2 * ROOMS * SIZE);
    expect(crowd.together).toBeGreaterThanOrEqual(0.95);
    // Brought to one server each, and not to each server.
    expect(brought / messages).toBeLessThanOrEqual(1.05);
    expect(crowd.losses).toBe(0);
    const servers = new Set([...crowd.places.values()].flatMap((place) => [...place]));
    expect(servers.size).toBe(4);
    await crowd.leave();
  } finally {
    await fleet.balancer.kill();
  }
}, 120_000);
