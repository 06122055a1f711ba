import { expect, test } from "bun:test";
import { seededRandom } from "../../lib/random.ts";
import { TokenBucket } from "./token-bucket.ts";

const taken = (bucket: TokenBucket, tries: number, now: number) =>
  Array.from({ length: tries }, () => bucket.take(1, now)).filter(Boolean).length;

test("a burst at once, then the rate, and never more than the burst after a rest", () => {
  const bucket = new TokenBucket(10, 20);
  expect(taken(bucket, 50, 1000)).toBe(20);
  expect(taken(bucket, 50, 1099)).toBe(0);
  expect(taken(bucket, 50, 1100)).toBe(1);
  expect(taken(bucket, 50, 2100)).toBe(10);
  expect(taken(bucket, 50, 1_000_000)).toBe(20);
});

test("what is refused costs nothing", () => {
  const bucket = new TokenBucket(10, 20);
  expect(bucket.take(21, 0)).toBe(false);
  expect(bucket.take(20, 0)).toBe(true);
});

test("a clock that runs backwards gives nothing and takes nothing", () => {
  const bucket = new TokenBucket(1000, 1);
  expect(taken(bucket, 2, 5000)).toBe(1);
  expect(taken(bucket, 2, 4000)).toBe(0);
  expect(taken(bucket, 2, 4001)).toBe(1);
});

test("over any stretch of time no more than burst and rate allow", () => {
  const random = seededRandom(7);
  for (let round = 0; round < 50; round++) {
    const [rate, burst] = [1 + Math.floor(random() * 100), 1 + Math.floor(random() * 50)];
    const bucket = new TokenBucket(rate, burst);
    let [now, got] = [0, 0];
    for (let i = 0; i < 500; i++) {
      now += random() * 20;
      if (bucket.take(1, now)) got++;
    }
    expect(got).toBeLessThanOrEqual(burst + (now / 1000) * rate + 1e-6);
    expect(got).toBeGreaterThan(0);
  }
});
