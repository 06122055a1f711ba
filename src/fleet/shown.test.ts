import { expect, test } from "bun:test";
import { formatAge, loadOf, roomName } from "./shown.ts";

test("a room has a name, whatever it is called", () => {
  expect(roomName("general")).toBe("general");
  expect(roomName("")).toBe("(global chat)");
  expect(roomName("npp\u202egnp.exe")).toBe("nppgnp.exe");
  expect(roomName("\u202e")).toBe("(unprintable)");
});

test("a load is a share of what a server may write", () => {
  expect(loadOf(500, 1000)).toBe(0.5);
  expect(loadOf(500, 0)).toBe(0);
});

test("an age names its two largest units", () => {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
  expect(
    [-5, 42_900, 5 * minute, 3 * hour + 12 * minute, 2 * hour, 4 * day + 2 * hour].map(formatAge),
  ).toEqual([...["0s", "42s", "5m", "3h 12m", "2h", "4d 2h"]]);
});
