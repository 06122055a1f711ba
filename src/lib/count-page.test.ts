import { expect, test } from "bun:test";
import { CountPage } from "./count-page.ts";
import { seededRandom } from "./random.ts";

function of(values: Iterable<number>): CountPage {
  const page = new CountPage();
  for (const value of values) page.add(value);
  return page;
}

function entries(page: CountPage): Array<[value: number, times: number]> {
  const found: Array<[number, number]> = [];
  page.forEach((value, times) => {
    found.push([value, times]);
  });
  return found;
}

test.each([0, 1, 64, 65, 4096, 4097, 2 ** 17, 2 ** 17 + 1, 300_000])(
  "%p values come back in ascending order, each with how often it came",
  (count) => {
    const random = seededRandom(count);
    const values = Array.from({ length: count }, () => Math.floor(random() ** 3 * 65_536));
    const times = new Map<number, number>();
    for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
    const wanted = [...times].sort((a, b) => a[0] - b[0]);
    expect(entries(of(values))).toEqual(wanted);

    const merged = new CountPage();
    const parts = [values.slice(0, 30), values.slice(30, 200_000), values.slice(200_000)];
    const added = parts.map((part) => merged.merge(structuredClone(of(part).state())));
    expect(added).toEqual(parts.map((part) => part.length));
    expect(entries(merged)).toEqual(wanted);
  },
);
