import { expect, test } from "bun:test";
import { FakeClock } from "../../lib/clock.ts";
import { BALANCER_SILENCE_MS } from "./frames.ts";
import { Peers } from "./peers.ts";

test("what they could start is told by each, until it falls silent", () => {
  const clock = new FakeClock();
  const peers = new Peers(clock);
  peers.hear("a", { starting: 1, room: 2 });
  clock.advance(1);
  peers.hear("b", { starting: 0, room: 3 });
  clock.advance(BALANCER_SILENCE_MS);
  peers.forgetSilent();
  expect(peers.capacity).toEqual({ starting: 0, room: 3 });
});

test("the one with most room is to start the next server, which counts at once", () => {
  const peers = new Peers(new FakeClock());
  peers.hear("a", { starting: 0, room: 1 });
  peers.hear("b", { starting: 0, room: 2 });
  expect([peers.claim(), peers.claim(), peers.claim(), peers.claim()]).toEqual(["b", "a", "b", null]);
  expect(peers.capacity).toEqual({ starting: 3, room: 0 });
});
