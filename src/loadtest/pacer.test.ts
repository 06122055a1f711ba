import { describe, expect, test } from "bun:test";
import { seededRandom } from "../lib/random.ts";
import { Pacer } from "./pacer.ts";

function all(pacer: Pacer) {
  const sends = [];
  for (let k = 0; ; k++) {
    const send = pacer.at(k);
    if (send === null) return sends;
    sends.push(send);
  }
}

describe("the open-loop schedule", () => {
  test("each client sends once an interval, at its phase", () => {
    const sends = all(new Pacer([70, 10, 40], 100, 250));
    expect(sends).toEqual([
      { client: 1, due: 10 },
      { client: 2, due: 40 },
      { client: 0, due: 70 },
      { client: 1, due: 110 },
      { client: 2, due: 140 },
      { client: 0, due: 170 },
      { client: 1, due: 210 },
      { client: 2, due: 240 },
    ]);
  });

  test("is in order of time and complete, whatever the phases", () => {
    const random = seededRandom(7);
    const phases = Array.from({ length: 137 }, () => random() * 1000);
    const sends = all(new Pacer(phases, 1000, 5000));
    expect(sends).toHaveLength(137 * 5);
    for (let k = 1; k < sends.length; k++) expect(sends[k]!.due).toBeGreaterThanOrEqual(sends[k - 1]!.due);
    const perClient = Map.groupBy(sends, (send) => send.client);
    for (const [client, own] of perClient) {
      expect(own.map((send) => send.due)).toEqual([0, 1, 2, 3, 4].map((i) => i * 1000 + phases[client]!));
    }
  });

  test("is over at once without clients, and when the duration ends before the first phase", () => {
    expect(new Pacer([], 1000, 5000).at(0)).toBeNull();
    expect(new Pacer([500], 1000, 500).at(0)).toBeNull();
  });
});
