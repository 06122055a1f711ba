import { beforeEach, expect, test } from "bun:test";
import { FakeClock } from "../../lib/clock.ts";
import { silentLogger } from "../../lib/log.ts";
import { Election } from "./election.ts";
import { FakeChannel } from "./fake-channel.ts";
import { DECIDER_LEASE, DECIDER_LEASE_MS } from "./frames.ts";

let channel: FakeChannel;
let clock: FakeClock;
let elected: string[];

function candidate(id: string): Election {
  return new Election({ id, channel, clock, log: silentLogger, onElected: () => elected.push(id) });
}

beforeEach(() => {
  channel = new FakeChannel();
  clock = new FakeClock();
  elected = [];
});

test("one decides as long as it prolongs its lease, and is told so once", async () => {
  const [a, b] = [candidate("a"), candidate("b")];
  for (let second = 0; second < 3; second++) {
    await a.seek();
    await b.seek();
    clock.advance(1000);
  }
  expect([a.isElected, b.isElected, elected]).toEqual([true, false, ["a"]]);
  clock.advance(DECIDER_LEASE_MS);
  expect(a.isElected).toBe(false);
});

test("the next one decides as soon as one resigns", async () => {
  const [a, b] = [candidate("a"), candidate("b")];
  await a.seek();
  await a.resign();
  expect(a.isElected).toBe(false);
  await b.seek();
  expect([b.isElected, elected]).toEqual([true, ["a", "b"]]);
});

test("an answer that comes after resigning makes nobody decide", async () => {
  const a = candidate("a");
  const answer = Promise.withResolvers<boolean>();
  channel.hold = () => answer.promise;
  const seeking = a.seek();
  await a.resign();
  answer.resolve(true);
  await seeking;
  expect([a.isElected, elected]).toEqual([false, []]);
});

test("nobody decides while Redis is away", async () => {
  const a = candidate("a");
  await a.seek();
  channel.problem = "Redis is away";
  await a.seek();
  expect(a.isElected).toBe(false);
  await a.resign();
  expect(channel.leases.get(DECIDER_LEASE)).toBe("a");
});
