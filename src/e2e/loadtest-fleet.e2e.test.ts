import { expect, test } from "bun:test";
import type { Disturbances } from "../results/run-meta.ts";
import { BalancerView } from "./balancer-view.ts";
import { findEvent, type Running, start, startBalancer, until } from "./harness.ts";

interface JsonRun {
  sent: number;
  expected: number;
  received: number;
  loss: number;
  repeated: number;
  disturbances: (Disturbances & { disconnects: number }) | null;
}

const ROOMS = 40;
const ROOM_SIZE = 10;
const CLIENTS = ROOMS * ROOM_SIZE;
const SECONDS = 10;

/** A load test on a fleet, which it asks for servers. */
function loadTest(fleet: BalancerView): Running {
  const load = ["--rooms", `${ROOMS}`, "--room-size", `${ROOM_SIZE}`, "--interval", "500ms"];
  const time = ["--ramp", "1s", "--duration", `${SECONDS}s`, "--settle", "30s"];
  return start(["loadtest", "--url", fleet.url, ...load, ...time, "--out", "/dev/null", "--json"]);
}

async function figures(test: Running): Promise<JsonRun> {
  const exitCode = await test.exited;
  expect([exitCode, test.stderr.split("\n").filter((line) => line.startsWith("scale-chat:"))]).toEqual([
    0,
    [],
  ]);
  return (JSON.parse(test.stdout) as { runs: JsonRun[] }).runs[0]!;
}

/** Every message once to everyone, whatever happened meanwhile. */
const EVERYTHING = {
  ...{ sent: CLIENTS * SECONDS * 2, loss: 0, repeated: 0 },
  expected: CLIENTS * SECONDS * 2 * ROOM_SIZE,
  received: CLIENTS * SECONDS * 2 * ROOM_SIZE,
};

test("kill -9 of a server: its clients are back in seconds, nothing is lost, nothing comes twice", async () => {
  const fleet = new BalancerView(await startBalancer(["--min", "2"]));
  try {
    await fleet.ready(2);
    const test = loadTest(fleet);
    await until(async () => (await fleet.stats()).connections === CLIENTS, "everyone to be in");
    await until(async () => (await fleet.stats()).writes_per_s > CLIENTS * ROOM_SIZE, "the load to be there");
    const [victim] = (await fleet.stats()).servers;
    process.kill(fleet.processes.get(victim!.id)!, "SIGKILL");
    const run = await figures(test);
    expect(run).toMatchObject(EVERYTHING);
    const { disconnects, reconnects, lost_clients, gaps, back_ms } = run.disturbances!;
    expect(disconnects).toBeGreaterThan(CLIENTS / 10);
    expect([reconnects, lost_clients, gaps]).toEqual([disconnects, 0, 0]);
    expect(back_ms!.p99).toBeLessThan(5000);
  } finally {
    await fleet.balancer.kill();
  }
}, 90_000);

test("a fleet grows under the load, moves clients without a loss, and shrinks when it is over", async () => {
  const shedding = ["--shed-rest", "1s", "--shed-share", "0.3", "--spawn-rest", "2s"];
  const shrinking = ["--retire-after", "3s", "--retire-age", "1s"];
  const args = ["--min", "1", "--max", "4", "--spawn-at", "2000", ...shedding, ...shrinking];
  const fleet = new BalancerView(await startBalancer(args));
  try {
    await fleet.ready(1);
    const run = await figures(loadTest(fleet));
    expect(run).toMatchObject(EVERYTHING);
    const { redirects, ...others } = run.disturbances!;
    expect(redirects).toBeGreaterThan(0);
    expect(others).toEqual({ disconnects: 0, reconnects: 0, back_ms: null, lost_clients: 0, gaps: 0 });
    const events = fleet.balancer.stdout;
    for (const event of ["spawn", "redistribute"]) expect(findEvent(events, event)).toBeDefined();
    await until(async () => (await fleet.stats()).servers.length === 1, "the fleet to shrink", 40_000);
    expect(findEvent(fleet.balancer.stdout, "retire")).toBeDefined();
  } finally {
    await fleet.balancer.kill();
  }
}, 90_000);
