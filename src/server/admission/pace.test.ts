import { describe, expect, test } from "bun:test";
import { Pace, type PaceVerdict } from "./pace.ts";

/** How many of `count` frames of `bytes` at one moment meet which fate. */
function send(pace: Pace, count: number, bytes: number, now: number): Record<PaceVerdict, number> {
  const verdicts = { admitted: 0, refused: 0, ended: 0 };
  for (let i = 0; i < count; i++) verdicts[pace.take(bytes, now)]++;
  return verdicts;
}

describe("messages a second", () => {
  test("five seconds' worth at once, then the rate; twenty too many are forgiven", () => {
    const pace = new Pace({ messagesPerSecond: 10, bytesPerSecond: 0 }, 1000);
    expect(send(pace, 80, 1e6, 0)).toEqual({ admitted: 50, refused: 20, ended: 10 });
    expect(send(pace, 1, 1, 99)).toEqual({ admitted: 0, refused: 0, ended: 1 });
    expect(send(pace, 1, 1, 100)).toEqual({ admitted: 1, refused: 0, ended: 0 });
  });

  test("a little too much for ever is forgiven, as long as it is no more than a frame a second", () => {
    const pace = new Pace({ messagesPerSecond: 10, bytesPerSecond: 0 }, 1000);
    for (let second = 0; second < 200; second++) {
      expect(send(pace, 11, 1, second * 1000).ended).toBe(0);
    }
    let ended = 0;
    for (let second = 200; second < 300; second++) ended += send(pace, 13, 1, second * 1000).ended;
    expect(ended).toBeGreaterThan(0);
  });
});

describe("bytes a second", () => {
  test("five seconds' worth at once, then the rate", () => {
    const pace = new Pace({ messagesPerSecond: 0, bytesPerSecond: 1000 }, 1000);
    expect(send(pace, 51, 100, 0)).toEqual({ admitted: 50, refused: 1, ended: 0 });
    expect(send(pace, 20, 100, 1000)).toEqual({ admitted: 10, refused: 10, ended: 0 });
  });

  test("the longest frame has room after a rest, however low the rate is", () => {
    const pace = new Pace({ messagesPerSecond: 0, bytesPerSecond: 10 }, 1000);
    expect(pace.take(1000, 0)).toBe("admitted");
    expect(pace.take(1000, 50_000)).toBe("refused");
    expect(pace.take(1000, 100_000)).toBe("admitted");
  });
});
